"""Settings, from `FENGQIAO_*` environment variables, then `fengqiao.toml`, then the defaults here."""

from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict
from pydantic_settings.sources import TomlConfigSettingsSource

from kb.errors import BadRequest


class Settings(BaseSettings):
    """Everything an operator may set. `docs/configuration` is checked against these fields."""

    model_config = SettingsConfigDict(env_prefix="FENGQIAO_", toml_file="fengqiao.toml", extra="forbid")

    home: Path = Field(Path("var"), description="运行数据目录：索引、目录库、模型、缓存、草稿都在这里")
    database_url: str = Field("", description="记录数据库地址；空为 home 下的 SQLite，也可填 PostgreSQL 地址")
    qdrant_url: str = Field("", description="Qdrant 服务器或集群地址；空为单机内嵌引擎 Qdrant Edge")
    qdrant_api_key: str = Field("", description="Qdrant 服务器的密钥")
    qdrant_collection: str = Field("fengqiao", description="Qdrant 集合名")
    embedding_model: str = Field(
        "fengqiao-e5-small",
        description="向量模型：默认的内置模型、multilingual-e5-small（由依赖包生成），"
        "或任一 sentence-transformers 模型目录",
    )
    embedding_precision: str = Field(
        "auto", description="计算精度：auto（首次启动实测后选定）、fp32、bf16、int8"
    )
    embedding_threads: int = Field(0, ge=0, description="向量计算线程数；0 为自动")
    host: str = Field("127.0.0.1", description="服务监听地址")
    log_format: Literal["text", "json"] = Field(
        "text", description="日志写法：text（给人看）或 json（每行一个 JSON 对象）"
    )
    metrics_allow: str = Field(
        "127.0.0.0/8, ::1", description="可以读 /metrics 的地址或网段，逗号隔开；默认只有本机"
    )
    min_free_mb: int = Field(500, ge=0, description="磁盘剩余空间少于多少兆时 /readyz 报告未就绪")
    port: int = Field(8000, ge=1, le=65535, description="服务端口")
    demo: bool = Field(False, description="演示：每个角色一个不用密码的账号，只能在本机打开")
    session_idle_minutes: int = Field(60, ge=1, description="多久不用就自动退出登录，分钟")
    session_hours: int = Field(12, ge=1, description="登录后最长多久要重新登录，小时")
    insecure_http: bool = Field(False, description="允许从别的机器经不加密的 http 登录；密码会在网上明文传送")
    record_retention_days: int = Field(
        3650,
        ge=0,
        le=36500,
        description="案件记录保存多少天，从办结（没有办结日期的从录入）算起；0 为一直保存",
    )
    chat_retention_days: int = Field(
        180, ge=0, le=36500, description="登录的人自己的问答记录保存多少天，从最后一次提问算起；0 为不保存"
    )
    feedback_retention_days: int = Field(365, ge=1, le=36500, description="对问答的反馈保存多少天")
    search_limit: int = Field(20, ge=1, le=100, description="每页默认条数")
    candidates: int = Field(100, ge=10, le=1000, description="每路召回的候选数")
    dense_candidates: int = Field(200, ge=10, le=1000, description="用排序模型时语义检索召回的法条候选数")
    dense_weight: float = Field(1.0, ge=0, description="融合时语义检索的权重")
    lexical_weight: float = Field(0.6, ge=0, description="融合时词面检索的权重")
    rrf_k: int = Field(10, ge=1, description="倒数排名融合的 k")
    max_query_chars: int = Field(2000, ge=10, description="单次检索或提问的最大字数")
    max_text_chars: int = Field(200_000, ge=1000, description="核查、规约检查等长文本的最大字数")
    max_upload_mb: int = Field(20, ge=1, description="上传文件的最大兆数")
    upload_seconds: int = Field(60, ge=1, description="读一个上传文件最多用的秒数")
    upload_memory_mb: int = Field(1024, ge=256, description="读一个上传文件最多用的内存兆数")
    rate_expensive_person: str = Field(
        "60/minute", description="每人问答、方案、核查、起草、上传的次数上限；空为不限"
    )
    rate_expensive_address: str = Field(
        "240/minute", description="每个网络地址问答、方案、核查、起草、上传的次数上限；空为不限"
    )
    rate_cheap_person: str = Field("300/minute", description="每人检索、阅读的次数上限；空为不限")
    rate_cheap_address: str = Field("1200/minute", description="每个网络地址检索、阅读的次数上限；空为不限")
    wecom_token: str = Field("", description="企业微信回调的 Token；三项都空时不开通")
    wecom_aes_key: str = Field("", description="企业微信回调的 EncodingAESKey，43 个字符")
    wecom_corp_id: str = Field("", description="企业微信的企业 ID（CorpID）")
    dingtalk_secret: str = Field("", description="钉钉机器人的 AppSecret；空为不开通")
    trusted_proxies: str = Field(
        "", description="可信的反向代理地址或网段，逗号隔开；只有它们报的来访地址（X-Forwarded-For）才算数"
    )
    llm_url: str = Field(
        "", description="大语言模型接口的地址（OpenAI 兼容，写到 /v1 为止）；空为不用大语言模型"
    )
    llm_model: str = Field("", description="大语言模型的名称，照接口那边的写法")
    llm_api_key: SecretStr = Field(SecretStr(""), description="大语言模型接口的密钥；没有就留空")
    llm_ca_file: str = Field(
        "", description="接口用单位自签证书时，签发机构证书的文件（PEM）；空为用通用的证书"
    )
    llm_wait_seconds: float = Field(
        20, gt=0, le=600, description="等大语言模型的第一个字、以及每两段字之间，最多几秒"
    )
    llm_timeout_seconds: float = Field(
        60, gt=0, le=3600, description="大语言模型写完一个回答最多几秒，重试算在内"
    )
    llm_retries: int = Field(1, ge=0, le=5, description="接口出错时再试几次；已经有一句话给人看了，就不再试")
    llm_parallel: int = Field(
        4, ge=1, le=256, description="同时最多向大语言模型问几个问题；多出来的按摘录回答"
    )
    llm_max_tokens: int = Field(1000, ge=64, le=32_000, description="一个回答最多多少 token")
    llm_context_tokens: int = Field(
        8192, ge=2048, description="大语言模型一次能读写多少 token；法条放不下时从后面去掉"
    )
    llm_tokens_per_day: int = Field(
        2_000_000, ge=0, description="每天最多用多少 token（按字数估算，宁多勿少），用完按摘录回答；0 为不限"
    )
    llm_extra_body: dict[str, Any] = Field({}, description="请求里另加的内容（JSON），例如关掉思考过程的开关")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Put the TOML file below the environment."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    @property
    def index_dir(self) -> Path:
        """Folder of the embedded vector index."""
        return self.home / "index"

    @property
    def models_dir(self) -> Path:
        """Folder of built models."""
        return self.home / "models"

    @property
    def catalog_url(self) -> str:
        """SQLAlchemy URL of the database that holds catalog and records."""
        return self.database_url or f"sqlite:///{(self.home / 'fengqiao.db').resolve()}"


@lru_cache
def get_settings() -> Settings:
    """Return the process-wide settings.

    Raises:
        BadRequest: a setting has a value it can't have, or a name that no setting has.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(map(str, first["loc"]))
        given = "（密钥不显示）" if "key" in name.lower() else repr(first.get("input"))
        raise BadRequest(
            f"设置 {name} 不对：{given}",
            "请检查环境变量 FENGQIAO_* 和 fengqiao.toml；各项的名称和取值见 docs/configuration.md",
        ) from error
