// SPDX-License-Identifier: Apache-2.0
// One ONNX file in ONNX Runtime, for ./run: reads what run_model wrote, writes outputs beside it,
// then runs as often as stdin says and prints the seconds.
// usage: node onnx_runtime.js PACKAGES MODEL FOLDER THREADS   (the first line of stdin: run_model's JSON)
const fs = require('fs'), path = require('path'), readline = require('readline');

const [packages, model, folder, threads] = process.argv.slice(2);
const ort = require(path.join(packages, 'node_modules', 'onnxruntime-node'));
const types = {f32: ['float32', Float32Array], i32: ['int32', Int32Array]};

function tensorOf(input) {
  const [type, Elements] = types[input.dtype];
  const bytes = fs.readFileSync(input.file);
  return new ort.Tensor(type, new Elements(new Uint8Array(bytes).buffer), input.dims);
}

async function main() {
  const lines = readline.createInterface({input: process.stdin})[Symbol.asyncIterator]();
  const said = JSON.parse((await lines.next()).value);
  const session = await ort.InferenceSession.create(model, {
    intraOpNumThreads: Number(threads), interOpNumThreads: 1, executionMode: 'sequential',
    graphOptimizationLevel: 'all', logSeverityLevel: 3});
  const feeds = {};
  session.inputNames.forEach((name, i) => { feeds[name] = tensorOf(said.inputs[i]); });
  const results = await session.run(feeds);
  const outputs = session.outputNames.map((name, i) => {
    const file = path.join(folder, `${i}.expected`), data = results[name].data;
    fs.writeFileSync(file, Buffer.from(data.buffer, data.byteOffset, data.byteLength));
    return {name, dims: results[name].dims, file};
  });
  console.log(JSON.stringify({version: ort.env.versions.node, outputs}));
  for await (const line of lines) {
    const begin = process.hrtime.bigint();
    for (let i = Number(line); i > 0; --i) await session.run(feeds);
    console.log(Number(process.hrtime.bigint() - begin) / 1e9);
  }
}

main().catch(error => { console.error(`onnx_runtime.js: ${error.message}`); process.exit(1); });
