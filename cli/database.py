"""The database that commands look into."""

from kb.errors import NotFound
from kb.settings import Settings, get_settings


def settings_with_database() -> Settings:
    """Return the settings; looking must not make an empty database.

    Raises:
        NotFound: there is no database yet.
    """
    settings = get_settings()
    if not settings.database_url and not (settings.home / "fengqiao.db").exists():
        raise NotFound(f"{settings.home} 里没有数据库", "请检查 FENGQIAO_HOME 是否指向服务所用的数据目录。")
    return settings
