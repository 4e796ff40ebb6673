"""The main job by a gRPC client that knows Baiying only through reflection: no generated code, no file of this repository.

usage: journey.py API ADMIN   (host:port each)
Prints one JSON object; exits 0 only if every sum holds.
"""

import json
import sys

import grpc
from google.protobuf import json_format
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message_factory import GetMessageClass
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase


class Daemon:
    """Both listeners of a daemon; descriptors come from the admin listener's reflection."""

    def __init__(self, api, admin):
        self.channels = {"api": grpc.insecure_channel(api), "admin": grpc.insecure_channel(admin)}
        self.database = ProtoReflectionDescriptorDatabase(self.channels["admin"])
        self.pool = DescriptorPool(self.database)
        self.requests = 0

    def services(self):
        return sorted(self.database.get_services())

    def method(self, name):
        service, method = name.split("/")
        return self.pool.FindServiceByName(service).methods_by_name[method]

    def call(self, name, request, listener="api"):
        """Calls service/method; messages are dictionaries, streams are lists of them."""
        if "." not in name.split("/")[0]:
            name = "baiying.v1." + name
        method = self.method(name)
        request_class, response_class = GetMessageClass(method.input_type), GetMessageClass(method.output_type)
        channel = self.channels[listener]
        kinds = {
            (False, False): channel.unary_unary,
            (True, False): channel.stream_unary,
            (False, True): channel.unary_stream,
            (True, True): channel.stream_stream,
        }
        call = kinds[method.client_streaming, method.server_streaming](
            "/" + name,
            request_serializer=request_class.SerializeToString,
            response_deserializer=response_class.FromString,
        )

        def message(fields):
            return json_format.ParseDict(fields, request_class())

        def fields(answer):
            return json_format.MessageToDict(
                answer, preserving_proto_field_name=True, always_print_fields_with_no_presence=True
            )

        given = iter([message(one) for one in request]) if method.client_streaming else message(request)
        answer = call(given, timeout=60)
        return (fields(one) for one in answer) if method.server_streaming else fields(answer)

    def context(self):
        self.requests += 1
        return {"request_id": "python-%d" % self.requests, "actor": "python"}


def id_number(number):
    digits = "99010119800101%03d" % number
    weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    return digits + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(digits, weights)) % 11]


def expect(what, found, expected):
    if found != expected:
        raise SystemExit("%s: %r was expected: %r" % (what, expected, found))


def counts(daemon):
    total = daemon.call("WatchService/GetBoard", {})["total"]["counts"]
    parts = ("present", "en_route", "excused", "absent", "unconfirmed")
    expect("the sum", sum(total[part] for part in parts), total["due"])
    return total


def main(api, admin):
    daemon = Daemon(api, admin)
    services = daemon.services()
    wanted = ["Admin", "Field", "Order", "Org", "Post", "Response", "Roster", "Watch"]
    for name in wanted:
        if "baiying.v1.%sService" % name not in services:
            raise SystemExit("%sService is not among %s" % (name, services))
    health = daemon.call("grpc.health.v1.Health/Check", {"service": ""}, "admin")
    expect("health", health["status"], "SERVING")

    def imported(method, rows):
        header = {"context": daemon.context(), "mode": "IMPORT_MODE_ALL_OR_NOTHING"}
        report = daemon.call(method, [{"header": header}, {"rows": rows}])["report"]
        expect(method, (report["applied"], report["bad"]), (True, []))
        return report["added"]

    units = [("1", "", "district"), ("1-T", "1", "town"), ("1-A", "1", "agency")]
    rows = [
        {"row": row, "code": code, "name": "单位" + code, "parent_code": parent, "kind": kind}
        for row, (code, parent, kind) in enumerate(units, 2)
    ]
    expect("units", imported("OrgService/ImportUnits", rows), 3)
    rows = [
        {"row": n + 1, "id_number": id_number(n), "name": "测试%d" % n, "unit_code": "1-A", "category": "staff"}
        for n in range(1, 21)
    ]
    expect("people", imported("RosterService/ImportPeople", rows), 20)
    rows = [
        {
            "row": n + 1,
            "team_code": "T-1",
            "team_name": "应急队",
            "kind": "agency",
            "unit_code": "1-A",
            "role": {1: "leader", 2: "deputy"}.get(n, "member"),
            "person": "P%d" % n,
        }
        for n in range(1, 11)
    ]
    expect("teams", imported("RosterService/ImportTeams", rows), 1)
    point = {"row": 2, "code": "M-1", "name": "集结点", "unit_code": "1-T", "check_in_code": "OPEN1234"}
    expect("muster points", imported("OrgService/ImportMusterPoints", [point]), 1)
    post = {"row": 2, "unit_code": "1", "post": "commander", "person": "P20"}
    expect("posts", imported("PostService/ImportPosts", [post]), 1)

    draft = {"text": "请立即集结", "muster_points": ["M-1"], "acknowledge": {"within_ms": "600000"}}
    activation = {
        "context": daemon.context(),
        "plan": "flood",
        "level": 3,
        "reason": "暴雨",
        "order": draft,
        "approval": {"approved_by_id": 20},
    }
    active = daemon.call("ResponseService/ActivateResponse", activation)
    order = active["order"]["order_id"]
    expect("due", active["order"]["due"], 10)
    again = daemon.call("ResponseService/ActivateResponse", activation)
    expect("a repeat", (again["receipt"]["repeated"], again["response_id"]), (True, active["response_id"]))

    received = daemon.call("FieldService/Receive", {"lead_id": 1})
    message = next(received)
    expect("the lead's order", (message["order"]["order_id"], len(message["order"]["people"])), (order, 10))

    acked = daemon.call(
        "FieldService/Acknowledge",
        {"context": daemon.context(), "order_id": order, "reporter": {"lead_id": 1}, "all": True},
    )
    expect("acks", acked["applied"], 10)
    expect("en route", counts(daemon)["en_route"], 10)
    reports = [
        {
            "tag": str(person),
            "check_in": {
                "context": daemon.context(),
                "order_id": order,
                "reporter": {"own": True},
                "muster_point": "M-1",
                "check_in_code": "OPEN1234" if person != 9 else "WRONG",
                "person_ids": [person],
            },
        }
        for person in range(1, 10)
    ]
    answers = list(daemon.call("FieldService/Report", reports))
    expect("tags", [int(answer["tag"]) for answer in answers], list(range(1, 10)))
    expect("arrivals", sum(answer["applied"] for answer in answers), 8)
    board = counts(daemon)
    expect("the board", (board["due"], board["present"], board["en_route"]), (10, 8, 2))

    try:
        daemon.call("FieldService/Acknowledge", {"order_id": order, "reporter": {"own": True}, "person_ids": [1]})
        raise SystemExit("a request without a context was taken")
    except grpc.RpcError as error:
        expect("no context", error.code(), grpc.StatusCode.INVALID_ARGUMENT)

    ending = {"context": daemon.context(), "response_id": active["response_id"], "reason": "警报解除"}
    daemon.call("ResponseService/TerminateResponse", ending)
    row = daemon.call("OrderService/ListDeliveries", {"order_id": order, "bucket": "present"})
    expect("rows", len(row["deliveries"]), 8)
    status = daemon.call("AdminService/GetStatus", {"with_state_hash": True}, "admin")
    expect("peace", (status["active_responses"], status["open_orders"]), (0, 0))
    events = daemon.call("WatchService/ListEvents", {"since_revision": "0", "limit": 1000})
    expect("events", events["head_revision"], status["revision"])
    print(json.dumps({"services": services, "revision": status["revision"], "state_hash": status["state_hash"]}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
