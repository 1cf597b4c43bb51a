// Bluesky's own servers on loopback: PLC directory, PDS, AppView. Prints one line of JSON when they
// answer; ends when its standard input closes, so that nothing outlives the tests.
//
// Wants DB_POSTGRES_URL and REDIS_HOST ("127.0.0.1:port") in the environment.
'use strict'
const net = require('node:net')

// The servers listen on every interface; here nothing may be reached from outside.
const listen = net.Server.prototype.listen
net.Server.prototype.listen = function (first, ...rest) {
  if (typeof first === 'object' && first !== null && 'port' in first) {
    return listen.call(this, { ...first, host: '127.0.0.1' }, ...rest)
  }
  if (typeof first === 'number' || /^\d+$/.test(first)) {
    const told = rest.filter((one) => typeof one === 'function')
    return listen.call(this, { port: Number(first), host: '127.0.0.1' }, ...told)
  }
  return listen.call(this, first, ...rest)
}

process.stdin.on('end', () => process.exit(0)).on('error', () => process.exit(0)).resume()

const { TestNetwork } = require('@atproto/dev-env')

async function main() {
  const network = await TestNetwork.create({ dbPostgresSchema: 'jauap' })
  process.stdout.write(JSON.stringify({ pds: network.pds.url, appview: network.bsky.url }) + '\n')
}

main().catch((error) => {
  process.stderr.write(`${error.stack}\n`)
  process.exit(1)
})
