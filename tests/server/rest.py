"""A person's requests to /api/v1."""

API = "/api/v1"
TASKS, LISTS, SPACES, INVITES = f"{API}/tasks", f"{API}/lists", f"{API}/spaces", f"{API}/invites"


class Rest:
    """`rest.get(path)`, `rest.post(path, json=…)` … as a person, or with a token."""

    def __init__(self, person, token=None):
        self.http, self.person = person.http, person
        self.headers = {"Authorization": f"Bearer {token}"} if token else person.headers

    def __getattr__(self, method):
        def call(path, headers=None, **options):
            return getattr(self.http, method)(
                path, headers=self.headers | (headers or {}), **options
            )

        return call

    def make(self, path, **body):
        """The created resource."""
        answer = self.post(path, json=body)
        assert answer.status_code == 201, answer.text
        return answer.json

    def task(self, title="Milk", **others):
        return self.make(TASKS, title=title, **others)["id"]

    def space(self, name="Family"):
        return self.make(SPACES, name=name)["id"]

    def let_in(self, space, other, role="editor"):
        """Adds another person, invited by link."""
        token = self.make(f"{SPACES}/{space}/invites", role=role)["token"]
        answer = other.post(f"{INVITES}/accept", json={"token": token})
        assert answer.json == {"space_id": space}, answer.text


def said(answer):
    return answer.status_code, answer.json["code"]
