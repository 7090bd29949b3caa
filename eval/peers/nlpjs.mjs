// Peer (c): nlp.js trained on the training phrases, concepts of a clause as its labels.
//
//     cd FOLDER && npm install node-nlp@4.27.0 @nlpjs/lang-zh@4.26.1 @nlpjs/basic@4.27.0
//     NODE_PATH=FOLDER/node_modules node eval/peers/nlpjs.mjs train.json clauses.json predictions.json
//
// nlpjs.py writes the two inputs and scores the output. train.json: [{text, labels}], a label is "+CONCEPT" or "-CONCEPT" (denied).
// Features are what nlp.js's own Chinese stemmer makes of a text (segments by CC-CEDICT, as pinyin), or its segments as they stand; the
// network is its own (@nlpjs/neural: one perceptron for each label), which may give several labels to a text. Settings are its defaults but
// for the iterations, which end at the count given.
import { createRequire } from "node:module";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const require = createRequire(join(process.env.NODE_PATH, "here.js"));
const { NeuralNetwork } = require("@nlpjs/neural");
const { StemmerZh } = require("@nlpjs/lang-zh");

const [trainFile, clauseFile, outFile, kind = "stems", iterations = "40"] = process.argv.slice(2);
const read = (file) => JSON.parse(readFileSync(file, "utf8"));
const stemmer = new StemmerZh({});

/** The features of a text, each with weight 1. */
function features(text) {
  const words = kind === "stems" ? stemmer.processText(text) : stemmer.getSegments(text);
  return Object.fromEntries(words.filter((word) => word.trim()).map((word) => [word, 1]));
}

const corpus = read(trainFile).map(({ text, labels }) => ({
  input: features(text),
  output: Object.fromEntries(labels.map((label) => [label, 1])),
}));
const log = (status, time) => console.error(status.iterations, status.error, `${time} ms`);

/** The same sum in the same order, without a closure for each feature: several times as fast. */
class Network extends NeuralNetwork {
  runInputPerceptron(perceptron, { keys, data }) {
    let sum = perceptron.bias;
    for (let i = 0; i < keys.length; i += 1) sum += data[keys[i]] * perceptron.weights[keys[i]];
    return sum <= 0 ? 0 : this.settings.alpha * sum;
  }
}

const network = new Network({ iterations: Number(iterations), log });
const begun = Date.now();
const status = network.train(corpus.filter(({ input }) => Object.keys(input).length));
const trained = (Date.now() - begun) / 1000;
const predictions = read(clauseFile).map((clause) => {
  const scores = network.run(features(clause)) ?? {};
  return Object.fromEntries(Object.entries(scores).filter(([, score]) => score >= 0.05));
});
writeFileSync(outFile, JSON.stringify({ status, seconds: trained, predictions }));
