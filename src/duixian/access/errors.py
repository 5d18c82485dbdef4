"""What can go wrong at the door, told as what, why and what to do."""

from __future__ import annotations

from duixian.ledger.errors import LedgerError


class AccessError(LedgerError):
    """An account, token or password cannot be as asked; nothing has changed."""


class SignInRefusedError(AccessError):
    """Login or password is wrong. It is not told which."""

    def __init__(self) -> None:
        super().__init__("登录", "账号或密码不对", "请检查后重试；忘记密码请找管理员重置")


class TooManyError(AccessError):
    """Too many attempts; wait: seconds until the next may be made."""

    def __init__(self, wait: float) -> None:
        self.wait = max(1, round(wait))
        minutes = max(1, -(-self.wait // 60))
        super().__init__("登录", "尝试的次数太多", f"请过 {minutes} 分钟再试；忘记密码请找管理员重置")


class LinkError(AccessError):
    """A link is good no more, or never was."""
