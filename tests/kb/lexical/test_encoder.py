import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files
from pathlib import Path

import pytest

from kb.lexical.encoder import BIGRAM_WEIGHT, BIGRAMS_AVG, K1, WORDS_AVG, B, LexicalEncoder
from kb.lexical.tokens import bigrams, term_id


@pytest.fixture(scope="module")
def cache_dir(tmp_path_factory):
    return tmp_path_factory.mktemp("jieba")


@pytest.fixture(scope="module")
def encoder(cache_dir):
    return LexicalEncoder(cache_dir)


def test_the_dictionary_is_long_enough_and_clean():
    terms = files("kb.lexical").joinpath("legal_terms.txt").read_text("utf-8").splitlines()
    assert len(terms) >= 400 and len(set(terms)) == len(terms)
    assert all(term == term.strip() and len(term) > 1 for term in terms)


def test_legal_terms_stay_whole_and_give_their_parts(encoder):
    terms = encoder.terms("土地承包经营权怎么流转")
    assert "土地承包经营权" in terms and {"土地", "承包", "流转"} <= set(terms)
    assert "怎么" not in terms


def test_article_numbers_are_terms_of_their_own(encoder):
    assert encoder.terms("民法典第一千零六十七条") == encoder.terms("民法典第1067条")
    assert "第1067条" in encoder.terms("民法典第1067条第二款") and "第2款" in encoder.terms("第1067条第二款")
    assert not set(encoder.terms("第577条")) & set(encoder.terms("第12条"))


def test_terms_added_at_run_time(encoder):
    assert "桃溪坞村" not in encoder.terms("桃溪坞村的规约")
    encoder.add_terms(["桃溪坞村"])
    assert "桃溪坞村" in encoder.terms("桃溪坞村的规约")


def test_bigrams_do_not_cross_punctuation():
    assert bigrams("离婚，彩礼") == ["~离婚", "~彩礼"]
    assert bigrams("a1") == [] == bigrams("")


def test_ids_are_the_same_for_ever():
    # blake2b-32 of the UTF-8 bytes, little-endian; computed with `b2sum -l 32`
    assert term_id("合同") == int.from_bytes(bytes.fromhex("1f2d03b3"), "little")
    assert all(0 <= term_id(t) < 2**32 for t in ("", "a", "~离婚"))


def test_passage_weights_by_hand(encoder):
    vector = encoder.encode_passage("彩礼彩礼")
    weights = dict(zip(vector.indices, vector.values, strict=True))
    word = 2 * (K1 + 1) / (2 + K1 * (1 - B + B * 2 / WORDS_AVG))
    pair = 2 * (K1 + 1) / (2 + K1 * (1 - B + B * 3 / BIGRAMS_AVG))
    assert weights[term_id("彩礼")] == pytest.approx(word)
    assert weights[term_id("~彩礼")] == pytest.approx(pair)
    assert len(weights) == 3 and vector.indices == sorted(vector.indices)  # 彩礼, ~彩礼, ~礼彩


def test_query_weights_by_hand(encoder):
    vector = encoder.encode_query("彩礼")
    assert dict(zip(vector.indices, vector.values, strict=True)) == {
        term_id("彩礼"): 1.0,
        term_id("~彩礼"): BIGRAM_WEIGHT,
    }


def test_the_title_counts(encoder):
    plain, titled = encoder.encode_passage("双方协商"), encoder.encode_passage("双方协商", "离婚")
    assert term_id("离婚") in titled.indices and term_id("离婚") not in plain.indices


@pytest.mark.parametrize("text", ["", " ", "的了吗", "！？", "\ud83d", "😀", "x" * 100_000])
def test_odd_texts(encoder, text):
    for vector in (encoder.encode_query(text), encoder.encode_passage(text, text)):
        assert len(vector.indices) == len(vector.values) == len(set(vector.indices))


def test_many_threads(encoder):
    texts = [f"第{n}条 承包方与发包方的承包合同，第三人不得干涉" for n in range(200)]
    alone = [encoder.encode_passage(text) for text in texts]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(encoder.encode_passage, texts)) == alone


def test_starts_fast_and_writes_nothing_elsewhere(encoder, cache_dir, tmp_path):
    assert [path.name for path in cache_dir.iterdir()] == ["jieba.cache"]
    code = (
        "import time; from pathlib import Path; import jieba; from kb.lexical.encoder import LexicalEncoder;"
        f"t = time.process_time(); LexicalEncoder(Path({str(cache_dir)!r})); print(time.process_time() - t)"
    )
    env = {**os.environ, "TMPDIR": str(tmp_path)}
    out = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, env=env)
    assert float(out.stdout) < 1.5  # processor time; about 0.95 measured
    assert not list(tmp_path.iterdir())


def test_works_without_a_cache_folder(encoder):
    other = LexicalEncoder(None)
    assert other.encode_query("承包地被村里收回") == encoder.encode_query("承包地被村里收回")


def test_fast_enough_for_a_question(encoder):
    started = time.process_time()
    for _ in range(100):
        encoder.encode_query("邻居家的树枝伸到我家院子里怎么办")
    assert (time.process_time() - started) / 100 < 0.005
    assert Path(files("kb.lexical").joinpath("stop_words.txt").__fspath__()).is_file()
