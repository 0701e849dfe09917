"""What a source is made of: JSON by kind, or a file with fields beside it."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from fastapi.exceptions import RequestValidationError
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
    ValidationError,
)
from sqlmodel import Session

from runtime.api.access import Access
from runtime.services import Services
from storage.knowledge import collections, documents, sources
from storage.knowledge.collections import NoSuchCollection
from storage.tables import KnowledgeCollection

Every = Literal["P1D", "P7D"]
Collection = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=collections.MAX_NAME),
]
Title = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=sources.MAX_TITLE)
]
Question = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]
Answer = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000)]
Article = Annotated[str, StringConstraints(min_length=1, max_length=500_000, pattern=r"\S")]


def _address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("give a whole address like https://shop.example/help")
    if parts.username or parts.password:
        raise ValueError("an address with a password can't be read: others could see it")
    return value


Address = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=2000, pattern=r"^\s*[hH][tT][tT][pP][sS]?://\S+\s*$"),
    AfterValidator(_address),
]  # fmt: skip


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Pair(_Body):
    question: Question
    answer: Answer


Pairs = Annotated[list[Pair], Field(min_length=1, max_length=2000)]


Depth = Annotated[int, Field(ge=0, le=3, description="How many links away from the first page.")]
Pages = Annotated[int, Field(ge=1, le=500, description="At most.")]


class SiteSettings(_Body):
    depth: Depth = 0
    pages: Pages = 100


class SitemapSettings(_Body):
    pages: Pages = 100


class _NewSource(_Body):
    collection: Collection | None = Field(
        None, description="Its name; left out: General, which is made where it is missing."
    )


class NewSite(_NewSource):
    kind: Literal["url"]
    url: Address
    title: Title | None = None
    settings: SiteSettings = SiteSettings()
    every: Every | None = Field(None, description="How often it is read again.")


class NewSitemap(_NewSource):
    kind: Literal["sitemap"]
    url: Address
    title: Title | None = None
    settings: SitemapSettings = SitemapSettings()
    every: Every | None = Field(None, description="How often it is read again.")


class NewQuestions(_NewSource):
    kind: Literal["faq"]
    title: Title
    pairs: Pairs


class NewArticle(_NewSource):
    kind: Literal["article"]
    title: Title
    text: Article = Field(description="Markdown.")


class NewFile(_NewSource):
    """The fields beside a file."""

    kind: Literal["file", "pricelist"] = "file"
    title: Title | None = None


NewSource = NewSite | NewSitemap | NewQuestions | NewArticle
_BY_KIND = {"url": NewSite, "sitemap": NewSitemap, "faq": NewQuestions, "article": NewArticle}


class SourceChange(_Body):
    """Only the fields sent are changed; ``settings`` are replaced as a whole."""

    title: Title | None = None
    settings: dict[str, Any] | None = Field(
        None, max_length=20, description="Of its kind; the source is then read again."
    )
    every: Every | None = Field(None, description="Null: not by itself.")
    collection: Collection | None = Field(None, description="The name of another one.")


class KeptSite(SiteSettings):
    left_out: list[str] = Field([], max_length=5000)


class KeptSitemap(SitemapSettings):
    left_out: list[str] = Field([], max_length=5000)


class KeptPriceList(_Body):
    columns: dict[
        Literal["name", "price", "currency", "unit"],
        Annotated[str, Field(max_length=200)]
        | Annotated[list[Annotated[str, Field(max_length=200)]], Field(max_length=20)],
    ] = Field(default_factory=dict)


class DocumentChange(_Body):
    version: int = Field(
        ge=1,
        le=2**31 - 1,
        description="The one that was read: where it is another by now, the answer is 409.",
    )
    title: Title | None = None
    text: Article | None = Field(None, description="Of an article: Markdown.")
    pairs: Pairs | None = Field(None, description="Of questions and answers.")
    note: str = Field("", max_length=documents.MAX_NOTE)


def new_source(given: Any) -> NewSource:
    """Raises `RequestValidationError`."""
    kind = given.get("kind") if isinstance(given, dict) else None
    model = _BY_KIND.get(kind) if isinstance(kind, str) else None
    if model is None:
        raise wrong(
            ("kind",), f"give one of {', '.join(_BY_KIND)}; a file is sent as multipart/form-data"
        )
    return fits(model, given)


def settings_of(kind: str, given: dict[str, Any], url: str | None) -> dict[str, Any]:
    """The settings of a source of this kind, with its address. Raises `RequestValidationError`."""
    wanted = {key: value for key, value in given.items() if key != "url"}
    match kind:
        case "url":
            checked = fits(KeptSite, wanted, "settings")
        case "sitemap":
            checked = fits(KeptSitemap, wanted, "settings")
        case "pricelist":
            checked = fits(KeptPriceList, wanted, "settings")
        case _:
            checked = fits(_Body, wanted, "settings")
    kept = checked.model_dump(exclude_defaults=False)
    if not kept.get("left_out", True):
        del kept["left_out"]
    return kept if url is None else {**kept, "url": url}


def fits(model: Any, given: Any, *place: str) -> Any:
    """Raises `RequestValidationError`."""
    try:
        return model.model_validate(given)
    except ValidationError as error:
        errors = [{**one, "loc": ("body", *place, *one["loc"])} for one in error.errors()]
        raise RequestValidationError(errors) from error


def wrong(place: tuple[str, ...], message: str) -> RequestValidationError:
    return RequestValidationError(
        [{"type": "value_error", "loc": ("body", *place), "msg": message, "input": None}]
    )


def collection_named(
    session: Session, access: Access, services: Services, name: str | None
) -> KnowledgeCollection:
    """The collection that a body names; None: the general one. Raises `RequestValidationError`."""
    try:
        return collections.named(
            session, name, embedder=services.embedders.default(), actor=access.actor
        )
    except NoSuchCollection as error:
        raise wrong(("collection",), str(error)) from error


def described() -> dict[str, Any]:
    """The bodies of a new source, for the description of the API."""
    schema = TypeAdapter(NewSource).json_schema(
        ref_template="#/components/schemas/NewSource.{model}"
    )
    file = NewFile.model_json_schema()
    properties = {"file": {"type": "string", "format": "binary"}, **file["properties"]}
    for field in properties.values():
        if "anyOf" in field:  # a field that is not sent is no field that is null
            field.update(field.pop("anyOf")[0])
            del field["default"]
    return {
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": {"title": "NewSource", **schema}},
                "multipart/form-data": {
                    "schema": {"type": "object", "required": ["file"], "properties": properties}
                },
            },
        }
    }
