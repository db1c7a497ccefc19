#!/bin/bash
# Builds the image of each service and of the rig, or of those named, from the <module>/target/app that `mvn package`
# left, and names them in .env for compose. The stack runs once meanwhile, to train what the services start with.
#
#   BASE_PREFIX   goes before the base images' names (default: what .env says, else none if the official images are
#                 here, else offline/ if docker/offline/build.sh made them, else none: the engine pulls)
#   IMAGE_PREFIX  goes before the service's name (default: what .env says, else localhost/nodebridge/)
#   IMAGE_TAG     default: what .env says, else dev
#   OUT           Maven's output directory in each module (default: target; after mvn -Dquick: target/quick)
set -euo pipefail
cd "$(dirname "$0")/.."

services='orchestrator orchestrator 8080
reducer reducer 8081
registry introspection 8082
stamping workers 8083
insight workers 8084
bench e2e-bench -'
base=eclipse-temurin:25-jdk

die() { echo "images: $*" >&2; exit 1; }
here() { docker image inspect "$1" >/dev/null 2>&1; }

docker version >/dev/null 2>&1 || die 'no container engine answers; docker/offline/build.sh starts one'
docker buildx version >/dev/null 2>&1 || export DOCKER_BUILDKIT=0
said() { [ ! -f .env ] || sed -n "s/^$1=//p" .env; }
: "${IMAGE_PREFIX:=$(said IMAGE_PREFIX)}"
: "${IMAGE_PREFIX:=localhost/nodebridge/}"
: "${IMAGE_TAG:=$(said IMAGE_TAG)}"
: "${IMAGE_TAG:=dev}"
before=$(said BASE_PREFIX)
if [ -z "${BASE_PREFIX+set}" ] && [ -n "$before" ]; then BASE_PREFIX=$before; fi
if [ -z "${BASE_PREFIX+set}" ] && ! here "$base" && here "offline/$base"; then BASE_PREFIX=offline/; fi
revision=$(git rev-parse --short=12 HEAD 2>/dev/null || echo unknown)

for wanted in "$@"; do
  grep -q "^$wanted " <<<"$services" || die "no service is named $wanted; there are: $(cut -d' ' -f1 <<<"$services" | xargs)"
done
apps=()
for module in e2e-bench/broker $(cut -d' ' -f2 <<<"$services" | sort -u); do
  app=$module/${OUT:-target}/app
  [ -d "$app/lib" ] || die "$app is missing: run mvn package -DskipTests first"
  apps+=("$app")
  [ -f "$app/bom.json" ] || bare+=" $module"
done
[ -z "${bare:-}" ] || echo "images: no bill of materials in$bare: mvn package -Psupply-chain -DskipTests makes them"
# What the engine is sent. One time for all files: the JVM may ask whether a jar has the time that it had in the training, while
# the engine takes files of the same bytes for the same. Postgres for other systems than the images' is most of the rig's jars.
context() {
  tar -c --sort=name --mtime=@1767225600 --owner=0 --group=0 --exclude='embedded-postgres-binaries-darwin-*' --exclude='embedded-postgres-binaries-windows-*' \
    --exclude='embedded-postgres-binaries-*-alpine-*' --transform="s|/${OUT:-target}/app|/app|" \
    docker/Dockerfile docker/train "${apps[@]}"
}
while read -r service module port; do
  case " ${*:-$service} " in *" $service "*) ;; *) continue ;; esac
  image=$IMAGE_PREFIX$service:$IMAGE_TAG
  target=service what=$service
  [ "$service" != bench ] || target=bench what='the rig'
  output=$(context | docker build -f docker/Dockerfile --target $target -t "$image" --build-arg BASE_PREFIX="${BASE_PREFIX:-}" \
    --build-arg SERVICE="$service" --build-arg MODULE="$module" --build-arg PORT="$port" \
    --label org.opencontainers.image.title="nodebridge-$service" --label org.opencontainers.image.description="NodeBridge: $what" \
    --label org.opencontainers.image.licenses=Apache-2.0 --label org.opencontainers.image.version="$IMAGE_TAG" \
    --label org.opencontainers.image.revision="$revision" - 2>&1) || die "$image failed:"$'\n'"$output"
  echo "images: $image"
done <<<"$services"

# Names of images that are not all here would be none.
[ $# = 0 ] || exit 0
[ -f .env ] || cp docker/env .env
name() {
  if grep -q "^$1=" .env; then
    sed "s|^$1=.*|$1=$2|" .env >.env.new && cat .env.new >.env && rm .env.new
  else
    printf '\n%s=%s\n' "$1" "$2" >>.env
  fi
}
name BASE_PREFIX "${BASE_PREFIX:-}"
name IMAGE_PREFIX "$IMAGE_PREFIX"
name IMAGE_TAG "$IMAGE_TAG"
