# Runs a throw-away cluster for as long as the other end of its standard input is open, so that
# the cluster ends and its folder goes away however the JVM that holds that end may end.
#
# Arguments: the folder, the folder of the server's programs, and the user who runs the server
# (empty: this one). Reads one port to try per line, and answers each with "ready" or "failed".

folder=$1
bin=$2
owner=$3

# A Ctrl-C in the terminal is for the JVM; this ends after it.
trap '' INT TERM HUP
# The server's user may not read the folder that the JVM was started in.
cd /

as_owner() {
  if [ -z "$owner" ]; then
    "$@"
  elif command -v setpriv > /dev/null 2>&1; then
    setpriv --reuid="$owner" --regid="$(id -g "$owner")" --init-groups -- "$@"
  else
    runuser -u "$owner" -- "$@"
  fi
}

create() {
  if [ -n "$owner" ]; then chown -R "$owner" "$folder" || return; fi
  # The data is thrown away after a crash of the machine: only the server's own syncs matter.
  as_owner "$bin/initdb" --pgdata="$folder/data" --username=postgres --pwfile="$folder/password" \
    --auth=scram-sha-256 --locale=C.UTF-8 --encoding=UTF8 --no-sync || return
  as_owner sh -c 'cat "$1/settings" >> "$1/data/postgresql.conf"' sh "$folder"
}

start() {
  as_owner rm -f "$folder/log"
  as_owner "$bin/pg_ctl" start --pgdata="$folder/data" --log="$folder/log" --silent --wait \
    --timeout=120 --options="-p $1"
}

finish() {
  if [ -f "$folder/data/postmaster.pid" ]; then
    as_owner "$bin/pg_ctl" stop --pgdata="$folder/data" --mode=immediate --silent --wait --timeout=60
  fi
  rm -rf "$folder"
}

if create 1>&2; then created=yes; else created=no; fi
while read -r port; do
  if [ "$created" = yes ] && start "$port" 1>&2; then echo ready; else echo failed; fi
done
finish 1>&2
