"""E-mail: one message for each person over SMTP, so that nobody sees the others' addresses."""

from __future__ import annotations

import hashlib
import smtplib
import socket
import ssl
from contextlib import suppress
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import localtime

from duixian.ledger.contacts import Contact
from duixian.ledger.notices import Notice
from duixian.ledger.organisations import Person
from duixian.notices.addresses import Addresses, Place, veiled
from duixian.notices.channels import ChannelError, Email

_SHOWN = 120  # characters of what a server answered


class Mailer:
    """One connection, opened with the first message and kept for the others."""

    name = "email"
    separately = True

    def __init__(self, settings: Email, addresses: Addresses | None = None) -> None:
        self._settings, self._addresses = settings, addresses or Addresses(None)
        self._server: smtplib.SMTP | None = None

    def send(self, notice: Notice, people: tuple[tuple[Person, Contact | None], ...]) -> None:
        """Send to one person. Raises ChannelError; ``UnreachableError`` when no message could go to anybody."""
        ((person, contact),) = people
        if contact is None or contact.email is None:
            raise ChannelError(person.name, "没有登记邮箱", "请用 duixian notice contact 登记")
        place = self._addresses.of(notice, person)
        letter = message(self._settings, notice, person, contact.email, place)
        server = self._connected()
        try:
            server.send_message(letter)
        except smtplib.SMTPRecipientsRefused as error:
            code, answer = next(iter(error.recipients.values()))
            self._rest()
            raise ChannelError(
                person.name, f"邮件服务器不收这个地址（{code} {self._shown(answer)}）", "请核对邮箱"
            ) from error
        except smtplib.SMTPResponseException as error:
            self._rest()
            words = self._shown(error.smtp_error)
            raise ChannelError(
                person.name, f"邮件服务器不收这封邮件（{error.smtp_code} {words}）", "请按答复处理"
            ) from error
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            raise UnreachableError(self._where, why(error), "请检查网络和服务器后再发") from error

    def close(self) -> None:
        """Take leave of the server."""
        if self._server is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._server.quit()
            self._server.close()
        self._server = None

    @property
    def _where(self) -> str:
        return f"{self._settings.host}:{self._settings.port}"

    def _connected(self) -> smtplib.SMTP:
        if self._server is not None:
            return self._server
        settings = self._settings
        try:
            context = ssl.create_default_context(cafile=settings.ca_file)
            server: smtplib.SMTP
            if settings.security == "tls":
                server = smtplib.SMTP_SSL(settings.host, settings.port, timeout=settings.timeout, context=context)
            else:
                server = smtplib.SMTP(settings.host, settings.port, timeout=settings.timeout)
            self._server = server
            if settings.security == "starttls":
                server.starttls(context=context)
            if settings.username is not None and settings.password is not None:
                server.login(settings.username, settings.password)
        except smtplib.SMTPAuthenticationError as error:
            self.close()
            raise UnreachableError(self._where, f"登录被拒绝（{error.smtp_code}）", "请核对用户名和密码") from None
        except (smtplib.SMTPException, OSError, UnicodeError) as error:
            self.close()
            raise UnreachableError(self._where, why(error), "请检查服务器地址、端口和加密方式") from None
        return server

    def _rest(self) -> None:
        """Make the connection fit for the next message, or let go of it."""
        if self._server is None:
            return
        try:
            if self._server.rset()[0] != 250:
                self.close()
        except (smtplib.SMTPException, OSError):
            self.close()

    def _shown(self, words: bytes | str) -> str:
        text = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
        for secret in (self._settings.password, self._settings.username):
            text = text.replace(secret, "***") if secret else text
        return " ".join(veiled(text).split())[:_SHOWN]


class UnreachableError(ChannelError):
    """Nothing can go out by this channel now; the rest need not be tried."""


def message(settings: Email, notice: Notice, person: Person, address: str, place: Place | None = None) -> EmailMessage:
    """The letter. Its id depends on notice and address alone, so that a repeated one can be told."""
    user, _, domain = address.rpartition("@")
    letter = EmailMessage()
    # Header values are single lines by construction, and the library refuses any that is not.
    letter["Subject"] = _line(notice.title)
    letter["From"] = Address(_line(settings.sender_name), addr_spec=settings.sender)
    letter["To"] = Address(_line(person.name), user, domain)
    letter["Date"] = localtime()
    digest = hashlib.sha256(f"{notice.key}\n{address}".encode()).hexdigest()[:40]
    letter["Message-ID"] = f"<{digest}@{settings.sender.rpartition('@')[2]}>"
    letter["Auto-Submitted"] = "auto-generated"
    body = f"{notice.body}\n{place.words}" if place is not None else notice.body
    letter.set_content(body, charset="utf-8", cte="base64")
    return letter


def _line(text: str) -> str:
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def why(error: Exception) -> str:
    """What went wrong in Chinese, without anything that was sent."""
    # The library tells a timeout as a lost connection, with the timeout behind it.
    if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
        return "没有在规定时间内答复"
    if isinstance(error, ConnectionRefusedError):
        return "连接被拒绝"
    if isinstance(error, socket.gaierror):
        return "找不到这个服务器"
    if isinstance(error, ssl.SSLCertVerificationError):
        return "服务器证书核对不上"
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return "服务器不支持这种加密或登录方式"
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return "服务器断开了连接"
    return f"连接失败（{type(error).__name__}）"
