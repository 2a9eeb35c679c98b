"""Draw the reliability of probabilities as a picture for the documents."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from kb.errors import BadRequest, NotReady

FORMATS = (".svg", ".png")


def check_target(path: Path) -> None:
    """Check, before minutes of measuring, that a picture can be written there.

    Raises:
        BadRequest: neither SVG nor PNG, or there is no such folder.
        NotReady: matplotlib isn't installed.
    """
    if path.suffix.lower() not in FORMATS:
        raise BadRequest(f"不能画成 {path.name}", "请用 .svg 或 .png 结尾的文件名。")
    if not path.parent.is_dir():
        raise BadRequest(f"没有文件夹 {path.parent}", "请先建好文件夹，或换一个位置。")
    try:
        import matplotlib  # noqa: F401
    except ImportError as error:
        raise NotReady("没有安装画图用的 matplotlib", "请安装：pip install 'fengqiao[eval]'") from error


def draw_reliability(series: Mapping[str, Sequence[Mapping[str, Any]]], path: Path) -> None:
    """Draw predicted against observed for each named series of bins, and below it how many first hits they are.

    Args:
        series: by label, bins as `eval.confidence.Bin` gives them as JSON.
        path: an .svg or .png file; overwritten.

    Raises:
        BadRequest: neither SVG nor PNG, there is no such folder, or it can't be written to.
        NotReady: matplotlib isn't installed.
    """
    check_target(path)
    import matplotlib as mpl
    from matplotlib.figure import Figure

    # The same figures give the same bytes, and text stays text.
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "fengqiao", "font.size": 9}):
        figure = Figure(figsize=(4.6, 5.2), layout="constrained")
        curve, counts = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
        curve.plot([0, 1], [0, 1], color="0.7", linewidth=1, linestyle="--", label="perfect")
        width = 0.08 / max(len(series), 1)
        for n, (label, bins) in enumerate(series.items()):
            some = [b for b in bins if b["count"]]
            curve.plot([b["predicted"] for b in some], [b["observed"] for b in some], marker="o", label=label)
            middle = [(b["low"] + b["high"]) / 2 + (n - (len(series) - 1) / 2) * width for b in bins]
            counts.bar(middle, [b["count"] for b in bins], width, label=label)
        curve.set(ylabel="share of first hits that are gold", xlim=(0, 1), ylim=(0, 1))
        curve.legend(loc="upper left", frameon=False)
        counts.set(xlabel="probability of the first hit", ylabel="questions")
        metadata = {"Date": None} if path.suffix.lower() == ".svg" else {"Software": None}
        try:
            figure.savefig(path, dpi=150, metadata=metadata)
        except OSError as error:
            raise BadRequest(f"写不进 {path}", "请检查这个位置能不能写。") from error
