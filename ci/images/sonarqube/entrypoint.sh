#!/bin/sh
# As the published image does it: options go to the server, anything else runs in its place.
case "${1:--}" in
  -*) exec "$JAVA_HOME/bin/java" -jar lib/sonarqube.jar -Dsonar.log.console=true "$@" ;;
  *) exec "$@" ;;
esac
