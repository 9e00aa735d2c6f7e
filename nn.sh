exec /work/main/node_modules/.bin/node "$@"
