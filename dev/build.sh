# Sourced by dev/test, dev/quickstart and dev/vector-migrate: a database, and builds that neither
# disturb each other nor stumble over one that was interrupted.

root=$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")
. "$root/dev/debian.sh"
. "$root/dev/java"
# Not in a folder that mvn clean removes.
state="$root/dev/target"

ensure_database() {
  [ -z "${VECTOR_MIGRATE_JDBC_URL-}" ] || return 0
  if docker_answers; then return; fi
  "$root/dev/postgres" || exit
}

docker_answers() {
  has docker && timeout 20 docker info > /dev/null 2>&1 < /dev/null
}

# One build of this clone at a time. The lock is inherited by Maven, so that it lasts as long.
lock_build() {
  has flock || return 0
  exec 8< "$root/dev"
  flock -n 8 && return
  say "waiting for another build of this clone to end"
  flock 8
}

unlock_build() {
  exec 8<&-
}

# A compiler that was killed leaves class files that look finished and newer than their source.
build() {
  local code=0
  mkdir -p "$state"
  if [ -e "$state/unfinished" ]; then remove_build_output; fi
  touch "$state/unfinished"
  (cd "$root" && mvn -B -ntp "$@") < /dev/null || code=$?
  name_left_out "$state/unfinished"
  # From 128 on it was ended by a signal.
  if [ "$code" -lt 128 ]; then rm -f "$state/unfinished"; fi
  return "$code"
}

# The tests that this build left out by an assumption, each with its reason, so that no test is
# skipped unseen. Reports older than $1 are of other builds.
name_left_out() {
  find "$root" -path '*/target/surefire-reports/TEST-*.xml' -newer "$1" -exec awk '
    /<testcase / { class = $0; sub(/.* classname="/, "", class); sub(/".*/, "", class); sub(/.*\./, "", class) }
    /<skipped/ {
      reason = $0
      if (sub(/.*<skipped [^>]*message="/, "", reason)) sub(/".*/, "", reason)
      else sub(/.*CDATA\[/, "", reason)
      sub(/\]\]>.*/, "", reason)
      sub(/^[A-Za-z0-9_.]*TestAbortedException: /, "", reason)
      sub(/^Assumption failed: /, "", reason)
      print "left out: " class ": " reason
    }' {} + | sort -u >&2 || true
}

remove_build_output() {
  local pom
  say "removing the output of a build that was interrupted"
  for pom in "$root"/pom.xml "$root"/*/pom.xml "$root"/*/*/pom.xml; do
    if [ -f "$pom" ]; then rm -rf "${pom%/pom.xml}/target"; fi
  done
}

# Runs the main class $2 of examples/$1 with the other arguments, in the caller's own folder. What
# runs is a copy: a later build does not pull its jars away from under it.
run_example() {
  local example=$1 main=$2 java runtime
  shift 2
  if ! use_built "$example"; then
    build_example "$example"
    use_built "$example" || stop "examples/$example: not there after its build, expected to be. Remove $state and run this again."
  fi
  # Split on purpose: it holds options.
  # shellcheck disable=SC2086
  exec "$java" ${VECTOR_MIGRATE_JAVA_OPTS-} -cp "$runtime/*" "$main" "$@"
}

# Sets java and runtime when the last build is newer than all that went into it.
use_built() {
  local current="$state/$1/current"
  [ -f "$current" ] && nothing_newer_than "$current" || return
  { read -r runtime && read -r java; } < "$current"
  [ -x "$java" ] && hold "$runtime"
}

nothing_newer_than() {
  local inputs=("$root"/pom.xml "$root"/.mvn "$root"/*/pom.xml "$root"/*/src/main
    "$root"/migrate-pgvector/src/test "$root"/examples/*/pom.xml "$root"/examples/*/src/main)
  # With folders: their time tells of files that were removed.
  [ -z "$(find "${inputs[@]}" -newer "$1" -print -quit 2> /dev/null)" ]
}

# The descriptor goes on to the program, and with it the lock that keeps its folder.
hold() {
  exec 7<&-
  { exec 7< "$1"; } 2> /dev/null || return
  if has flock; then flock -s 7; fi
  # Between the look-up and the lock it may have been removed.
  [ -d "$1" ]
}

build_example() {
  local example=$1 folder="$state/$1" started
  ensure_java
  lock_build
  # Another invocation may have built it while this one waited.
  if ! use_built "$example"; then
    say "building examples/$example"
    mkdir -p "$folder"
    started="$folder/started"
    touch "$started"
    package_example "$example" || stop "the build of examples/$example: failed, expected to succeed. Maven's output is above."
    publish "$example" "$started"
  fi
  unlock_build
}

# In one Maven run, since the modules find each other only in it: nothing of this project is
# installed in the local repository. The checks of style and dependencies are dev/test's.
package_example() {
  rm -rf "$root/examples/$1/target/runtime"
  build -q -DskipTests -Dspotless.check.skip -Denforcer.skip -Dmdep.analyze.skip \
    -pl "examples/$1" -am package dependency:copy-dependencies \
    -DincludeScope=runtime -DoutputDirectory=target/runtime 1>&2
}

publish() {
  local target="$root/examples/$1/target" folder="$state/$1" runtime
  remove_unused "$folder"
  runtime=$(mktemp -d "$folder/runtime.XXXXXX")
  cp "$target"/runtime/*.jar "$runtime"
  cp "$target/example-$1"-*.jar "$runtime"
  printf '%s\n' "$runtime" "$JAVA_HOME/bin/java" > "$folder/next"
  # As of the start: what was edited during the build is newer.
  touch -r "$2" "$folder/next"
  mv "$folder/next" "$folder/current"
}

remove_unused() {
  local old
  for old in "$1"/runtime.*; do
    [ -d "$old" ] || continue
    if has flock; then flock -n -x "$old" rm -rf "$old" || true; else rm -rf "$old"; fi
  done
}
