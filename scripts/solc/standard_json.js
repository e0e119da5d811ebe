// Compiles one standard-JSON input from stdin to stdout with npm's solc, as `solc --standard-json --base-path DIR` does.
"use strict";

const fs = require("fs");
const path = require("path");

const EXPECTED = "0.8.30+commit.73712a01.Emscripten.clang";
const modules = path.resolve(__dirname, "..", "..", "node_modules");

function fail(sentence) {
  fs.writeSync(2, sentence + "\n");
  process.exit(1);
}

/** The value behind `--name value` or `--name=value`. */
function option(name) {
  const given = process.argv.find((word) => word === name || word.startsWith(name + "="));
  if (given === undefined) return undefined;
  return given === name ? process.argv[process.argv.indexOf(name) + 1] : given.slice(name.length + 1);
}

/** Reads an import below the base path; refuses to leave it. */
function reader(base) {
  return (name) => {
    const file = path.resolve(base, name);
    if (!file.startsWith(base + path.sep)) return { error: `${name} lies outside ${base}` };
    try {
      return { contents: fs.readFileSync(file, "utf8") };
    } catch (error) {
      return { error: `File not found: ${name} (${error.code})` };
    }
  };
}

/** Writes all of it: a pipe may take less than offered at a time. */
function writeWhole(text) {
  const bytes = Buffer.from(text);
  let written = 0;
  while (written < bytes.length) {
    try {
      written += fs.writeSync(1, bytes, written);
    } catch (error) {
      if (error.code !== "EAGAIN") throw error;
    }
  }
}

function main() {
  if (!process.argv.includes("--standard-json")) {
    fail(`Only --version and --standard-json are understood here, not: ${process.argv.slice(2).join(" ")}`);
  }
  let compiler;
  try {
    compiler = require(path.join(modules, "solc", "wrapper"))(require(path.join(modules, "solc", "soljson.js")));
  } catch (error) {
    fail(`npm's solc is not in ${modules} (${error.code}). Run: npm ci`);
  }
  if (compiler.version() !== EXPECTED) {
    fail(`npm's solc is ${compiler.version()}, expected ${EXPECTED}. Run: npm ci`);
  }
  const input = fs.readFileSync(0, "utf8");
  const output = compiler.compile(input, { import: reader(path.resolve(option("--base-path") || ".")) });
  // The 32-bit build prints ids of built-in declarations as uint32 where a native solc prints negative numbers.
  writeWhole(
    output.replace(/([:[,])(42949[67]\d{4})(?=[,\]}])/g, (_, before, id) => before + (Number(id) - 2 ** 32)) + "\n",
  );
}

main();
