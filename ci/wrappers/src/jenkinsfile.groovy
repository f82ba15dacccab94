// Prints the syntax tree of a Groovy file as JSON, as far as a declarative pipeline has one: calls, their arguments, closures.
// A file that Groovy does not take ends with 1 and Groovy's own words.
import groovy.json.JsonOutput
import org.codehaus.groovy.ast.builder.AstBuilder
import org.codehaus.groovy.ast.expr.*
import org.codehaus.groovy.ast.stmt.*
import org.codehaus.groovy.control.CompilePhase
import org.codehaus.groovy.control.MultipleCompilationErrorsException

def show(node) {
  switch (node) {
    case BlockStatement: return node.statements.collect { show(it) }
    case ExpressionStatement: return show(node.expression)
    case ReturnStatement: return show(node.expression)
    case MethodCallExpression: return [call: node.methodAsString, on: node.implicitThis ? null : node.objectExpression.text, args: show(node.arguments), line: node.lineNumber]
    case ArgumentListExpression: return node.expressions.collect { show(it) }
    case TupleExpression: return node.expressions.collect { show(it) }
    case ClosureExpression: return [closure: show(node.code)]
    case NamedArgumentListExpression:
    case MapExpression: return [map: node.mapEntryExpressions.collectEntries { [(it.keyExpression.text): show(it.valueExpression)] }]
    case ListExpression: return node.expressions.collect { show(it) }
    case GStringExpression: return [gstring: node.text]
    case ConstantExpression: return node.value
    case VariableExpression: return [name: node.text]
    case PropertyExpression: return [name: node.text]
    case BinaryExpression: return [assign: node.leftExpression.text, operator: node.operation.text, value: show(node.rightExpression)]
    default: return [other: node.getClass().simpleName, text: node.text]
  }
}

try {
  def nodes = new AstBuilder().buildFromString(CompilePhase.CONVERSION, false, new File(args[0]).getText('UTF-8'))
  println JsonOutput.toJson(show(nodes[0]))
} catch (MultipleCompilationErrorsException error) {
  System.err.println error.message
  System.exit(1)
}
