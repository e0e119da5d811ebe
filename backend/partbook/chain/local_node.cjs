// Runs Ganache for as long as somebody holds a connection to its control port, and not a moment longer.
//
// Reads one JSON object from stdin, where no process list shows the words of the accounts:
// {"ganache": dir, "data": dir, "state": file, "mnemonic": words, "accounts": n, "token": hex, "port": n}
//
// Every process that uses the chain keeps one TCP connection to the control port open. The operating system closes it
// when the process ends in whatever way, `kill -9` included; with the last one gone the chain is written out and ends.
"use strict";
const fs = require("fs");
const net = require("net");

const asked = JSON.parse(fs.readFileSync(0, "utf8"));
const FIRST_USER_MS = 30000; // whoever started us connects within a second; nobody at all means they died

process.on("uncaughtException", (error) => {
  console.error(String((error && error.message) || error)); // one line, which a person is shown
  process.exit(1);
});

const ganache = require(asked.ganache);
const chain = ganache.server({
  logging: { quiet: true },
  chain: { hardfork: "shanghai", chainId: 1337, networkId: 1337 },
  wallet: { mnemonic: asked.mnemonic, totalAccounts: asked.accounts, defaultBalance: 1000 },
  miner: { blockGasLimit: 30000000, instamine: "eager" },
  database: { dbPath: asked.data },
});

const users = new Set();
let ending = false;

async function end() {
  if (ending) return;
  ending = true;
  control.close();
  try {
    await chain.close();
  } finally {
    fs.rmSync(asked.state, { force: true });
    for (const user of users) user.destroy();
    process.exit(0);
  }
}

const control = net.createServer({ allowHalfOpen: true }, (user) => {
  if (ending) return user.destroy();
  users.add(user);
  user.write(asked.token + "\n");
  user.on("error", () => user.destroy());
  user.on("data", () => {});
  // The last to leave waits for the end of the connection, which comes after everything is on disk.
  const leave = () => {
    if (!users.has(user)) return;
    if (users.size === 1) return void end();
    users.delete(user);
    user.destroy();
  };
  user.on("end", leave);
  user.on("close", leave);
});

// A chain whose time was moved ahead keeps its time over a restart.
async function keepTime() {
  const latest = await chain.provider.request({ method: "eth_getBlockByNumber", params: ["latest", false] });
  const ahead = Number(latest.timestamp) - Math.floor(Date.now() / 1000);
  if (ahead > 0) await chain.provider.request({ method: "evm_increaseTime", params: [ahead] });
}

async function start() {
  await chain.listen(asked.port, "127.0.0.1");
  await keepTime();
  control.listen(0, "127.0.0.1", () => {
    const state = { pid: process.pid, port: asked.port, control: control.address().port, token: asked.token };
    fs.writeFileSync(asked.state + ".part", JSON.stringify(state), { mode: 0o600 });
    fs.renameSync(asked.state + ".part", asked.state);
    setTimeout(() => users.size || end(), FIRST_USER_MS).unref();
  });
}

process.on("SIGTERM", end);
process.on("SIGINT", end);
start().catch((failed) => {
  console.error(String((failed && failed.message) || failed));
  process.exit(1);
});
