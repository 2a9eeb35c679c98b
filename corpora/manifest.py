"""Find the files that ship: the laws inside their package, the samples beside this module."""

import tomllib
from importlib.util import find_spec
from pathlib import Path

import corpora


def shipped_files() -> list[Path]:
    """Return every shipped source file, laws first.

    Raises:
        FileNotFoundError: a package or a file named in manifest.toml is missing.
    """
    manifest = tomllib.loads(corpora.path("manifest.toml").read_text(encoding="utf-8"))
    files: list[Path] = []
    for source in manifest["source"]:
        if "file" in source:
            files.append(_package_file(source["file"]))
        elif "list" in source:
            listed = tomllib.loads(corpora.path(source["list"]).read_text(encoding="utf-8"))
            files += [corpora.path(village["rules"]) for village in listed["village"]]
        else:
            files += sorted(corpora.ROOT.glob(source["glob"]))
    missing = [str(f) for f in files if not f.is_file()]
    if missing:
        raise FileNotFoundError("、".join(missing))
    return files


def source_key(path: Path) -> str:
    """Return what a file is known by: shipped ones by their place in corpora or package, others by path.

    So that a moved checkout, or another Python, replaces what the same file gave before.

    >>> source_key(corpora.path("villages.toml"))
    'corpora/villages.toml'
    """
    if path.is_relative_to(corpora.ROOT.resolve()):
        return f"corpora/{path.relative_to(corpora.ROOT.resolve()).as_posix()}"
    parts = path.parts
    if "site-packages" in parts:
        return "package/" + "/".join(parts[parts.index("site-packages") + 1 :])
    return str(path)


def _package_file(name: str) -> Path:
    """Return a data file inside an installed package, without importing the package."""
    package, _, inside = name.partition("/")
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError(name)
    return Path(spec.submodule_search_locations[0]) / inside
