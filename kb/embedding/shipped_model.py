"""The default model, which ships as data: where it is, and whether it is what was shipped."""

from pathlib import Path

import corpora
from kb.embedding.folder import file_digest
from kb.errors import NotReady

NAME = "fengqiao-e5-small"
SUMS = "SHA256SUMS"  # as sha256sum writes it, so that `sha256sum -c` checks it too


def shipped_model() -> Path:
    """Return the folder of the shipped model, checked.

    Raises:
        NotReady: it is absent or damaged.
    """
    folder = corpora.path("models", NAME)
    why = problem(folder)
    if why is not None:
        raise NotReady(
            f"内置向量模型 {NAME} 不能用：{why}（{folder}）",
            "请重新下载本程序：重新 git clone（不需要 git lfs）或重新安装。"
            "也可设 FENGQIAO_EMBEDDING_MODEL=multilingual-e5-small，改用由依赖包生成的通用模型，"
            "检索效果会差一些，并要删掉数据目录下的 index/ 重建索引。",
        )
    return folder


def problem(folder: Path) -> str | None:
    """Say in Chinese why the folder isn't what its SHA256SUMS lists, or None if it is.

    Reads every listed file: 62 MB take 80 ms, and the model's key needs the same digests.
    """
    try:
        names = []
        for line in (folder / SUMS).read_text("utf-8").splitlines():
            expected, name = line.split("  ", 1)
            names.append(name)
            if (
                not name.endswith(".md") and file_digest(folder / name) != expected
            ):  # words for people don't count
                return f"文件 {name} 已损坏或被改动"
    except FileNotFoundError as error:
        return f"缺少文件 {Path(str(error.filename)).name}" if folder.is_dir() else "目录不存在"
    except OSError as error:
        return f"读不了：{error.strerror or error}"
    except ValueError:
        return f"清单 {SUMS} 无法读取"
    return None if "model.safetensors" in names else f"清单 {SUMS} 不全"
