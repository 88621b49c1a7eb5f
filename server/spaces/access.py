"""Who may do what in a space: asked of the membership, at the moment of acting."""
from sqlalchemy import Connection, bindparam, select

from server.journal.models import Head
from server.spaces.models import Member, Space

_ROLE = select(Member.role).where(Member.user_id == bindparam("user"), Member.space_id == bindparam("space"))
_SPACES = (select(Member.space_id, Member.role, Head.seq, Head.forgotten_seq)
           .join(Head, Head.space_id == Member.space_id).where(Member.user_id == bindparam("user")).order_by(Member.space_id))


def role_in(connection: Connection, user_id: str, space_id: str) -> str | None:
    """The account's role in the space (owner, editor, viewer); None for a stranger."""
    return connection.execute(_ROLE, {"user": user_id, "space": space_id}).scalar()


def spaces_of(connection: Connection, user_id: str):  # noqa: ANN201
    """Rows of (space_id, role, seq, forgotten_seq) for every space the account is in, by id."""
    return connection.execute(_SPACES, {"user": user_id}).all()


def personal_space(connection: Connection, user_id: str) -> str:
    return connection.execute(select(Space.id).where(Space.personal_of == user_id)).scalar_one()
