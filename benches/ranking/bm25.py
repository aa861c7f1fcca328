"""bm25s over words of jieba, with the defaults of both.

Each phrasing is a document, the label and the answer of an entry are one more each: so it finds most. The argument is
the folder of one size.
"""

import json
import logging
import sys
from pathlib import Path
from time import perf_counter_ns

import bm25s
import jieba

jieba.setLogLevel(logging.ERROR)
FOLDER = Path(sys.argv[1])
# Several phrasings may be of one entry: for the ranks, not for the times, more are asked for.
TIMED, RANKED = 5, 40


def read(name):
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


def say(value):
    print(json.dumps(value), flush=True)


def words(text):
    return [word for word in jieba.cut(text) if word.strip()]


documents, owners = [], []
jieba.initialize()
started = perf_counter_ns()
for entry in read("entries.json"):
    for text in [*entry["ask"], entry["topic"], entry["about"]]:
        documents.append(words(text))
        owners.append(entry["id"])
retriever = bm25s.BM25()
retriever.index(documents, show_progress=False)
say({"ready": True, "built": (perf_counter_ns() - started) / 1e6})
sys.stdin.readline()


def find(text, k):
    return retriever.retrieve([words(text)], k=k, show_progress=False)


def ranked(text):
    results, scores = find(text, RANKED)
    best = [owners[at] for at, score in zip(results[0], scores[0]) if score > 0]
    return list(dict.fromkeys(best))[:5]


questions = read("questions.json")
# This is the warm-up as well.
everything = [ranked(question["text"]) for question in questions["asked"]]
written = [question["text"] for question in questions["asked"] if question["form"] == "written"]
times = []
for _ in range(questions["rounds"]):
    for text in written:
        started = perf_counter_ns()
        find(text, TIMED)
        times.append(perf_counter_ns() - started)
say({"ranked": everything, "times": times})
sys.stdin.readline()
