#!/bin/bash
# Builds the image of each service, or of those named, from the <module>/target/app that `mvn package` left.
#
#   BASE_PREFIX   goes before the base image's name (default: none if the official image is here,
#                 else offline/ if docker/offline/build.sh made one, else none: the engine pulls)
#   IMAGE_PREFIX  goes before the service's name (default: localhost/nodebridge/)
#   IMAGE_TAG     default: dev
#   OUT           Maven's output directory in each module (default: target; after mvn -Dquick: target/quick)
set -euo pipefail
cd "$(dirname "$0")/.."

services='orchestrator orchestrator 8080
reducer reducer 8081
registry introspection 8082
stamping workers 8083
insight workers 8084'
base=eclipse-temurin:25-jre

die() { echo "images: $*" >&2; exit 1; }
here() { docker image inspect "$1" >/dev/null 2>&1; }

docker version >/dev/null 2>&1 || die 'no container engine answers; docker/offline/build.sh starts one'
docker buildx version >/dev/null 2>&1 || export DOCKER_BUILDKIT=0
if [ -z "${BASE_PREFIX+set}" ] && ! here "$base" && here "offline/$base"; then BASE_PREFIX=offline/; fi
revision=$(git rev-parse --short=12 HEAD 2>/dev/null || echo unknown)

for wanted in "$@"; do
  grep -q "^$wanted " <<<"$services" || die "no service is named $wanted; there are: $(cut -d' ' -f1 <<<"$services" | xargs)"
done
while read -r service module port; do
  case " ${*:-$service} " in *" $service "*) ;; *) continue ;; esac
  app=$module/${OUT:-target}/app
  [ -f "$app/bin/$service" ] || die "$app/bin/$service is missing: run mvn package -DskipTests first"
  image=${IMAGE_PREFIX:-localhost/nodebridge/}$service:${IMAGE_TAG:-dev}
  output=$(docker build -f docker/Dockerfile -t "$image" --build-arg BASE="${BASE_PREFIX:-}$base" \
    --build-arg SERVICE="$service" --build-arg PORT="$port" --build-arg VERSION="${IMAGE_TAG:-dev}" \
    --build-arg REVISION="$revision" "$app" 2>&1 </dev/null) || die "$image failed:"$'\n'"$output"
  echo "images: $image"
done <<<"$services"
