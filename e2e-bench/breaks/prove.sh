#!/usr/bin/env bash
# `./bench prove [glob]`: shows that the benchmarks and the fault tests can fail. Exit: 0 all are red,
# 1 not all, or something could not be built; 2 wrong usage. JAVA_HOME is a JDK 25.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
breaks=$root/e2e-bench/breaks

die() {
  echo "bench: $2" >&2
  exit "$1"
}

# The values of a key in a patch's head.
values() { awk -v key="$1: " '/^diff /{exit} index($0, key) == 1 {print substr($0, length(key) + 1)}' "$2"; }

# The benchmarks that must see it.
benchmarks() { { values red "$1"; values found "$1"; } | sed 's/: .*//'; }

# Whether the glob names this patch, its group, or something that must see it.
chosen() {
  local patch=$1 glob=$2 name
  while IFS= read -r name; do
    # shellcheck disable=SC2053 # the right-hand side is a glob
    [[ $name == $glob ]] && return
  done < <(basename "$patch" .patch; basename "$(dirname "$patch")"; benchmarks "$patch"; values caught-by "$patch")
  return 1
}

# Makes the tree HEAD with these patches in it.
break_tree() {
  git -C "$tree" checkout -q -- .
  git -C "$tree" apply "$@" || die 1 "these do not apply together: $*"
}

# Unit tests are left out: they see many a break first, and are not what is to be proved.
build() {
  local log=$1
  shift
  (cd "$tree" && exec $mvn -Dquick -Dtest=NoUnitTest -Dsurefire.failIfNoSpecifiedTests=false "$@") \
    >"$log" 2>&1 </dev/null &
  maven=$!
  wait "$maven" || true
  maven=
}

# A build that is under way ends first: its stack goes with it.
clean_up() {
  if [[ -n ${maven:-} ]]; then
    kill "$maven" 2>/dev/null && wait "$maven" || true
  fi
  rm -rf "$scratch"
  git -C "$root" worktree prune
}

prove_benchmarks() {
  local group=$1 out=$logs/$1 names with patch
  shift
  names=$(for patch in "$@"; do benchmarks "$patch"; done | sort -u | paste -sd,)
  with=$(for patch in "$@"; do values with "$patch"; done | sort -u)
  echo "bench: $group: $# breaks, for $names" >&2
  rm -rf "$out"
  mkdir -p "$out"
  break_tree "$@"
  # shellcheck disable=SC2086 # options are a list of words
  build "$out/mvn.log" -pl e2e-bench verify -Dstack=embedded -Dbench.health=false "-Dbench.only={$names}" $with
  if [[ ! -f $tree/e2e-bench/target/bench/results.json ]]; then
    echo "bench: $group left no results: $out/mvn.log" >&2
    all_red=false
    return
  fi
  mv "$tree/e2e-bench/target/bench/results.json" "$out"
  # Without a stack nothing is logged.
  [[ ! -d $tree/e2e-bench/target/bench/logs ]] || mv "$tree/e2e-bench/target/bench/logs" "$out"
  "$JAVA_HOME/bin/java" -cp "$tree/e2e-bench/target/quick/app/lib/*" \
    io.nodebridge.bench.prove.ProveMain "$out/results.json" "$@" || all_red=false
}

# A mutant is alone in its build: another must not be what its test sees.
prove_mutant() {
  local patch=$1 name out test seen reports=$tree/system-tests/target/quick/failsafe-reports
  name=$(basename "$patch" .patch)
  out=$logs/$name
  break_tree "$patch"
  while IFS= read -r test; do
    echo "bench: $name: $test" >&2
    rm -rf "$out" "$reports"
    mkdir -p "$out"
    build "$out/mvn.log" -pl system-tests verify -DskipBenches "-Dit.test=$test"
    # A stack that does not start is no catch: then no method has run.
    if ! grep -qs "<testcase name=\"${test#*#}\"" "$reports"/TEST-*.xml; then
      echo "bench: $name was not tested: $out/mvn.log" >&2
      all_red=false
      continue
    fi
    cp "$reports"/* "$out"
    seen=$(grep -hEo -m1 '<(failure|error) message="[^&"]*' "$out"/TEST-*.xml | head -1 | cut -d'"' -f2) || true
    if ! grep -qE '<(failures|errors)>[1-9]' "$out/failsafe-summary.xml"; then
      all_red=false
      seen='SURVIVED'
    fi
    printf '%-38s | %-28s | %s\n' "${test%%#*}" "$name" "${seen:-failed}: ${test#*#}"
  done < <(values caught-by "$patch")
}

prove() {
  local glob=${1:-*} patch group patches=() mutants=() of_group
  for patch in "$breaks"/*/*.patch; do
    if chosen "$patch" "$glob"; then
      if [[ -n $(benchmarks "$patch") ]]; then patches+=("$patch"); else mutants+=("$patch"); fi
    fi
  done
  ((${#patches[@]} + ${#mutants[@]})) || die 2 "\"$glob\" names no benchmark, break or group; ./bench --help"
  mvn=$(command -v mvn || echo ./mvnw)
  logs=$root/e2e-bench/target/prove
  all_red=true
  scratch=$(mktemp -d)
  tree=$scratch/nodebridge
  trap clean_up EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  git -C "$root" worktree add --quiet --detach "$tree" HEAD
  git -C "$root" diff --quiet HEAD -- . ':!e2e-bench/breaks' || echo 'bench: proves HEAD, without what is not committed' >&2
  for patch in "${patches[@]}" "${mutants[@]}"; do
    git -C "$tree" apply --check "$patch" || die 1 "does not apply any more: ${patch#"$root"/}"
  done
  printf '%-38s | %-28s | %s\n' benchmark break 'what turned red'
  while IFS= read -r group; do
    of_group=()
    for patch in "${patches[@]}"; do
      if [[ $(basename "$(dirname "$patch")") == "$group" ]]; then of_group+=("$patch"); fi
    done
    prove_benchmarks "$group" "${of_group[@]}"
  done < <(for patch in "${patches[@]}"; do basename "$(dirname "$patch")"; done | sort -u)
  for patch in "${mutants[@]}"; do
    prove_mutant "$patch"
  done
  $all_red || die 1 'not everything that was broken was seen'
}

prove "$@"
