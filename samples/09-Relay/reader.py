# Prints the last price of every message of a relay, with the standard library of Python only: python3 reader.py HOST:PORT NAME
# If Redis needs a user and a password, it takes them from IME_REDIS_USERNAME and IME_REDIS_PASSWORD.
import json, os, re, socket, sys, time

def plain(text):  # without the control characters that a terminal obeys
    return re.sub(r"[\x00-\x1f\x7f-\x9f]", "?", str(text))

def read():
    line = lines.readline()
    if line[:1] in (b"-", b""):
        sys.exit("Redis: " + (plain(line[1:].decode(errors="replace").strip()) or "the connection has ended"))
    if line[:1] == b"$":
        return lines.read(int(line[1:]) + 2)[:-2]
    return [read() for _ in range(int(line[1:]))] if line[:1] == b"*" else line

def ask(*words):
    redis.sendall(b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in map(str.encode, words)))
    return read()

host, port = sys.argv[1].rsplit(":", 1)
redis = socket.create_connection((host, int(port)))
lines, last = redis.makefile("rb"), "-"
if password := os.environ.get("IME_REDIS_PASSWORD"):
    ask("AUTH", os.environ.get("IME_REDIS_USERNAME", "default"), password)
while True:  # reads the log page by page; the relay format describes how to get each entry immediately
    for id, (_, header, _, data) in ask("XRANGE", "{ime:%s}:s" % sys.argv[2], last, "+", "COUNT", "100"):
        for message in map(json.loads, data.splitlines()):
            print("python:", plain(message.get("contractName")), plain(((message.get("data") or {}).get("Aggregate") or {}).get("last_price")), flush=True)
        last = "(" + id.decode()
    time.sleep(0.5)
