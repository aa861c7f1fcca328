// nlp.js, set up for Chinese as its documentation does for any language, nothing else changed: each entry is an intent,
// each of its phrasings an utterance; labels and answers as further utterances make it worse. Arguments: the folder of one size, the folder of the modules.
const fs = require('fs');
const path = require('path');
const readline = require('readline');

const [folder, modules] = process.argv.slice(2);
const { containerBootstrap, Nlp } = require(path.join(modules, '@nlpjs/basic'));
const { LangZh } = require(path.join(modules, '@nlpjs/lang-zh'));

const lines = readline.createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const say = (value) => new Promise((done) => process.stdout.write(`${JSON.stringify(value)}\n`, done));
// How training goes is told on the standard error: the other one is for answers.
console.log = console.error;
const read = (name) => JSON.parse(fs.readFileSync(path.join(folder, name), 'utf8'));

// The best intents; those below the threshold too, which nlp.js itself would call `None`.
const ranked = (result) =>
  result.classifications
    .filter((c) => c.intent !== 'None')
    .slice(0, 5)
    .map((c) => c.intent);

(async () => {
  const container = await containerBootstrap();
  container.use(Nlp);
  container.use(LangZh);
  const nlp = container.get('nlp');
  // No model file.
  nlp.settings.autoSave = false;
  nlp.addLanguage('zh');
  for (const entry of read('entries.json')) {
    for (const text of entry.ask) nlp.addDocument('zh', text, entry.id);
  }
  const started = process.hrtime.bigint();
  await nlp.train();
  const built = Number(process.hrtime.bigint() - started) / 1e6;
  await say({ ready: true, built });
  await lines.next();

  const { rounds, asked } = read('questions.json');
  // This is the warm-up as well.
  const all = [];
  for (const { text } of asked) all.push(ranked(await nlp.process('zh', text)));
  const written = asked.filter((q) => q.form === 'written');
  const times = [];
  for (let round = 0; round < rounds; round += 1) {
    for (const { text } of written) {
      const from = process.hrtime.bigint();
      await nlp.process('zh', text);
      times.push(Number(process.hrtime.bigint() - from));
    }
  }
  await say({ ranked: all, times });
  await lines.next();
  process.exit(0);
})();
