"""A BEIR folder small enough to train on in a test: thirty articles of the Civil Code, twelve questions."""

import json
from pathlib import Path

from eval.training.config import DEFAULT
from tests.law_catalog import parsed_laws

NUMBERS = (274, *range(288, 297), *range(675, 681), *range(1067, 1071), 1079, 1165, 1179, *range(1245, 1252))
#: Ours, each with the number of the article that answers it.
QUESTIONS = (
    ("邻居把排水沟堵了，水排不出去", 290),
    ("出门只能走隔壁家的地，他不让过", 291),
    ("对面盖楼把我家阳光全挡了", 293),
    ("隔壁往河沟里倒臭水，味道受不了", 294),
    ("旁边挖地基，我家墙裂了", 295),
    ("借条上没写哪天还，什么时候可以要", 675),
    ("借的钱过期不还，能多要点利息吗", 676),
    ("借钱时没说利息，现在要收利息", 680),
    ("儿子不管老人吃饭看病", 1067),
    ("过不下去了，对方不肯离婚", 1079),
    ("隔壁养的狗把我咬了", 1245),
    ("动物园的猴子抓伤了孩子", 1248),
)


def write_beir(folder: Path) -> Path:
    """Write corpus, queries.dev and qrels/dev and return the folder."""
    code = next(law for law in parsed_laws().laws if law.title.endswith("民法典"))
    (folder / "qrels").mkdir(parents=True)
    documents = [
        {"_id": str(a.number), "title": f"民法典{a.label}", "text": a.text}
        for a in code.articles
        if a.number in NUMBERS
    ]
    assert len(documents) == len(NUMBERS) == 30
    queries = [{"_id": f"q{n}", "text": text} for n, (text, _) in enumerate(QUESTIONS)]
    for name, rows in (("corpus.jsonl", documents), ("queries.dev.jsonl", queries)):
        (folder / name).write_text("\n".join(json.dumps(r, ensure_ascii=False) for r in rows), "utf-8")
    lines = [f"q{n}\t{article}\t1" for n, (_, article) in enumerate(QUESTIONS)]
    (folder / "qrels" / "dev.tsv").write_text("\n".join(lines), "utf-8")
    return folder


def write_config(path: Path, last_epochs: int = 1) -> Path:
    """Write a configuration that trains one layer on predicted and on judged questions, and return its path."""
    stages = "".join(
        f'[[stage]]\nname = "{name}"\nsource = "{source}"\nepochs = {epochs}\nbatch = 4\nrun = 2\n'
        "learning_rate = 1e-4\nnegatives = 0.5\nnegative_ranks = [2, 12]\nfrozen = 11\n"
        for name, source, epochs in (("questions", "questions", 1), ("consultations", "beir", last_epochs))
    )
    shipped = DEFAULT.read_text("utf-8")
    head, ranker = shipped[: shipped.index("[[stage]]")], shipped[shipped.index("[ranker]") :]
    head = head.replace('name = "fengqiao-e5-small"', 'name = "tiny"').replace("folds = 5", "folds = 2")
    path.write_text(head + stages + ranker.replace("epochs = 60", "epochs = 4"), "utf-8")
    return path
