"""The costs of REST with 100,000 tasks: pages, text search, bulk; over HTTP on a real server,
medians. Prints `name: value` lines.
"""

import statistics
import sys
import time
from contextlib import closing

from bench.server import Client, Server
from bench.tasks import tasks

TASKS = "/api/v1/tasks"
PUSHED = 1_000
TASK_COUNT = 100_000
ROUNDS = 11
QUERIES = {
    "list_due": "sort=due",
    "list_due_falling": "sort=-due",
    "list_created": "sort=created",
    "list_order": "sort=order",
    "list_priority": "sort=priority",
    "list_status": "status=completed",
    "list_label_none": "label=nowhere",
    "text": "q=insurance",
    "text_none": "q=nowhere",
}
AT = "2026-11-23T18:20:32.123Z-0000"


def main(count):
    with (
        Server(RECORDS_MAX=str(2 * count), REQUESTS_PER_MINUTE="1000000") as server,
        closing(Client(server, server.sign_up())) as client,
    ):
        fill(client, count)
        name = f"{count // 1000}k"
        for label, query in QUERIES.items():
            tell(f"rest_{label}_ms_{name}", lambda query=query: client.get(f"{TASKS}?{query}"))
        later, first = page(client, 10), client.get(TASKS)["tasks"][0]["id"]
        tell(f"rest_page_10_by_due_ms_{name}", lambda: client.get(later))
        tell("rest_get_ms", lambda: client.get(f"{TASKS}/{first}"))
        tell("rest_create_ms", lambda: client.post(TASKS, {"title": "Milk"}))
        operations = [
            {"op": "create", "fields": {"title": f"Task {number}"}} for number in range(200)
        ]
        tell("rest_bulk_200_ms", lambda: client.post(f"{TASKS}/bulk", {"operations": operations}))
        space = next(each["id"] for each in client.get("/api/v1/spaces")["spaces"])
        tell(f"rest_activity_ms_{name}", lambda: client.get(f"/api/v1/spaces/{space}/activity"))


def fill(client, count):
    """Pushes tasks as a device does."""
    space = next(iter(client.post("/sync", sync([]))["spaces"]))
    made = tasks(count)
    for start in range(0, count, PUSHED):
        client.post(
            "/sync",
            sync(
                [
                    change(space, n, task)
                    for n, task in enumerate(made[start : start + PUSHED], start + 1)
                ]
            ),
        )


def sync(changes):
    return {"protocol": 1, "device": "bench000000000000000", "changes": changes, "limit": 1}


def change(space, n, task):
    completed_at = "2026-11-23T18:20:32Z" if task["status"] == "completed" else None
    fields = {name: held for name, held in task.items() if name != "id"} | {
        "completed_at": completed_at
    }
    return {
        "space": space,
        "kind": "task",
        "id": task["id"],
        "n": n,
        "prev": 0,
        "seen": {},
        "at": AT,
        "set": fields,
    }


def page(client, number):
    """The path of a later page by due date."""
    path = f"{TASKS}?sort=due&limit=200"
    for _ in range(number):
        path = f"{TASKS}?sort=due&limit=200&cursor={client.get(path)['next_cursor']}"
    return path


def tell(name, work):
    def once():
        start = time.perf_counter()
        work()
        return (time.perf_counter() - start) * 1000

    print(f"{name}: {statistics.median(once() for _ in range(ROUNDS)):.1f}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else TASK_COUNT)
