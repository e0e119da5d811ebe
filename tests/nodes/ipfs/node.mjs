// A js-ipfs node with the /api/v0 RPC, on loopback only and without a network: `node node.mjs <repo folder>`.
// Prints one line of JSON with the RPC's multiaddr when it answers, and ends when its standard input closes.
import { create } from 'ipfs-core'
import { HttpApi } from 'ipfs-http-server'

const repo = process.argv[2]
const ipfs = await create({
  repo,
  offline: true,
  silent: true,
  init: { emptyRepo: true },
  config: {
    Addresses: { Swarm: [], API: '/ip4/127.0.0.1/tcp/0', Gateway: [], Delegates: [] },
    Bootstrap: [],
    Discovery: { MDNS: { Enabled: false }, webRTCStar: { Enabled: false } },
    Routing: { Type: 'none' }
  }
})
const api = new HttpApi(ipfs)
await api.start()
const { address, port } = api._apiServers[0].info
console.log(JSON.stringify({ multiaddr: `/ip4/${address}/tcp/${port}/http` }))

const end = async () => {
  await Promise.race([api.stop().then(() => ipfs.stop()), new Promise(resolve => setTimeout(resolve, 3000))])
  process.exit(0)
}
process.stdin.on('end', end).resume()
process.on('SIGTERM', end)
