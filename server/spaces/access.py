"""Who may do what in a space: asked of the membership, at the moment of acting."""
from sqlalchemy import Connection, bindparam, select

from server.database import Prepared
from server.journal.models import Head
from server.spaces.models import Member, Space

_ROLE = Prepared(select(Member.role).where(Member.user_id == bindparam("user"), Member.space_id == bindparam("space")))
_SPACES = Prepared(select(Member.space_id, Member.role, Head.seq, Head.forgotten_seq, Space.personal_of)
                   .join(Head, Head.space_id == Member.space_id).join(Space, Space.id == Member.space_id)
                   .where(Member.user_id == bindparam("user")).order_by(Member.space_id))


def role_in(connection: Connection, user_id: str, space_id: str) -> str | None:
    """The account's role in the space (owner, editor, viewer); None for a stranger."""
    found = _ROLE.row(connection, user=user_id, space=space_id)
    return found[0] if found else None


def spaces_of(connection: Connection, user_id: str) -> list[tuple[str, str, int, int, str | None]]:
    """Rows of (space_id, role, seq, forgotten_seq, whose personal space it is) for every space the account is in, by id."""
    return _SPACES.rows(connection, user=user_id)


def personal_space(connection: Connection, user_id: str) -> str:
    return connection.execute(select(Space.id).where(Space.personal_of == user_id)).scalar_one()
