"""Villages and their own rules (村规民约)."""

from datetime import date

from pydantic import BaseModel, Field


class Village(BaseModel):
    """A village: its key, name, place from province down to township, and its rules' dates."""

    id: str
    name: str
    place: list[str] = Field(default_factory=list)
    adopted: date | None = None
    filed: date | None = None
    rules: str = ""
    sample: bool = False

    @property
    def full_name(self) -> str:
        """Return the place and the name in one string."""
        return "".join([*self.place, self.name])


class VillageRule(BaseModel):
    """One clause of a village's rules."""

    id: str
    village: str
    village_name: str
    index: int = Field(description="1-based order in the document")
    label: str = Field(description="as printed: 第三条, 三、, 3")
    chapter: str = ""
    text: str
    adopted: date | None = None
    filed: date | None = None
    sample: bool = False
    source: str = ""

    @property
    def address(self) -> str:
        """Return the address shown to people, e.g. 枫树湾村村规民约第三条."""
        label = self.label if self.label.startswith("第") else f"第{self.index}条"
        return f"{self.village_name}村规民约{label}"
