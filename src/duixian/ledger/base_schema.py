"""The tables that nothing derives: the journal and its head, contents of attachments, accounts beside the journal."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Boolean, Double, Integer, LargeBinary, MetaData, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

JSON_COLUMN = JSON(none_as_null=True)
"""The type of nested values; None is NULL, so that a missing value reads back as None."""


class Base(DeclarativeBase):
    """Names of constraints are fixed, so that migrations can speak of them on every database."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {str: Text, int: Integer, float: Double, bool: Boolean}  # noqa: RUF012


class EntryRow(Base):
    """The journal."""

    __tablename__ = "journal"
    sequence: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    time: Mapped[str] = mapped_column(String(40), index=True)
    who: Mapped[str]
    kind: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(index=True)
    payload: Mapped[str]
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)


class HeadRow(Base):
    """The end of the chain, in one row (id 1). Writers lock it first, so no two ever write at once."""

    __tablename__ = "head"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sequence: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[str] = mapped_column(String(64))
    time: Mapped[str] = mapped_column(String(40))


class BlobRow(Base):
    """The bytes of attachments by their hash. Not derived: the journal names them, it does not hold them."""

    __tablename__ = "blobs"
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)
    data: Mapped[bytes] = mapped_column(LargeBinary)


class AccountRow(Base):
    """How a person signs in. This and the next two lie beside the journal: no export and no replay holds them."""

    __tablename__ = "accounts"
    person: Mapped[str] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(unique=True)
    password: Mapped[str | None]
    external: Mapped[str | None] = mapped_column(unique=True)
    must_change: Mapped[bool]
    disabled: Mapped[bool]
    failed: Mapped[int]
    locked_until: Mapped[str | None] = mapped_column(String(40))
    created: Mapped[str] = mapped_column(String(40))


class SessionRow(Base):
    """A browser that is signed in; id is the hash of what it holds."""

    __tablename__ = "sessions"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    person: Mapped[str] = mapped_column(index=True)
    created: Mapped[str] = mapped_column(String(40))
    seen: Mapped[str] = mapped_column(String(40))
    expires: Mapped[str] = mapped_column(String(40))
    agent: Mapped[str]
    address: Mapped[str]


class TokenRow(Base):
    """A program that may act for a person; id is the hash of what it holds."""

    __tablename__ = "tokens"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    person: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    scope: Mapped[str] = mapped_column(String(10))
    created: Mapped[str] = mapped_column(String(40))
    expires: Mapped[str] = mapped_column(String(40))
