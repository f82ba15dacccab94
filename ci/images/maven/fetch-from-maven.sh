#!/bin/sh
# Fetches one archive as this machine's Maven would, and prints where it lies.
#   fetch-from-maven.sh <version of Maven's dependency plugin> <group:name:version:zip>
set -eu
repository=/tmp/maven
if [ -s /run/secrets/ca ]; then
  # Java reads no list of authorities as it is. The password only keeps the form: nothing in it is secret.
  openssl pkcs12 -export -nokeys -in /run/secrets/ca -jdktrust anyExtendedKeyUsage -passout pass:changeit -out /tmp/ca.p12
  export MAVEN_OPTS="-Djavax.net.ssl.trustStore=/tmp/ca.p12 -Djavax.net.ssl.trustStoreType=PKCS12 -Djavax.net.ssl.trustStorePassword=changeit"
fi
if [ -s /run/secrets/maven ]; then set -- "$@" --settings /run/secrets/maven; fi
plugin=$1 artifact=$2
shift 2
mvn --batch-mode --no-transfer-progress --quiet "-Dmaven.repo.local=$repository" "$@" \
  "org.apache.maven.plugins:maven-dependency-plugin:$plugin:get" "-Dartifact=$artifact" -Dtransitive=false >&2
find "$repository/$(echo "$artifact" | cut -d: -f1 | tr . /)" -name '*.zip'
