# Prints the last price of every message of a relay, with the standard library of Python only: python3 reader.py HOST:PORT NAME
import json, socket, sys, time

def read():
    line = lines.readline()
    if line[:1] == b"$":
        return lines.read(int(line[1:]) + 2)[:-2]
    return [read() for _ in range(int(line[1:]))] if line[:1] == b"*" else line

host, port = sys.argv[1].rsplit(":", 1)
redis = socket.create_connection((host, int(port)))
lines, last = redis.makefile("rb"), "-"
while True:  # reads the log page by page; the relay format describes how to get each entry immediately
    redis.sendall(b"XRANGE {ime:%s}:s %s + COUNT 100\r\n" % (sys.argv[2].encode(), last.encode()))
    for id, (_, header, _, data) in read():
        for message in map(json.loads, data.decode().splitlines()):
            print("python:", message.get("contractName"), message["data"]["Aggregate"].get("last_price"), flush=True)
        last = "(" + id.decode()
    time.sleep(0.5)
