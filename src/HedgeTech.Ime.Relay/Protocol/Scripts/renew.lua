-- Renews the lease, or takes it again if it has run out and nobody led since; removes old entries; sends the heartbeat.
-- KEYS: 1 stream, 2 newest messages, 3 leader, 4 meta, 5 trim points
-- ARGV: 1 term, 2 confirmed n, 3 lease (ms), 4 channel, 5 retention (ms), 6 whether the log has everything that the leader has received: 1 or 0
local leader = redis.call('GET', KEYS[3])
local meta = redis.call('HMGET', KEYS[4], 'term', 'n', 'ms')
if leader and leader ~= ARGV[1] then return {'LOST', meta[2] or '0', meta[3] or '0'} end
if not meta[1] then return {'EMPTY', '0', '0'} end
if meta[1] ~= ARGV[1] then return {leader and 'FENCED' or 'LOST', meta[2], meta[3]} end
local n, ms = tonumber(meta[2]), tonumber(meta[3])
if n < tonumber(ARGV[2]) then return {'HOLE', meta[2], meta[3]} end
local time = redis.call('TIME')
local now = math.max(tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000), ms)
-- A full Redis refuses what takes memory, unless the script has written before. It never refuses XTRIM, which therefore comes first.
redis.call('XTRIM', KEYS[1], 'MINID', '~', string.format('%.0f', math.max(now - tonumber(ARGV[5]), 0)))
redis.call('SET', KEYS[3], ARGV[1], 'PX', ARGV[3])
-- A request that was late on its way says nothing of what the leader has received since.
local isComplete = ARGV[6] == '1' and leader and n == tonumber(ARGV[2])
local header = '\1\3' .. ARGV[1] .. string.char(isComplete and 1 or 0)
redis.call('SPUBLISH', ARGV[4], struct.pack('<i8i8i4', n, ms, #header) .. header)
return {'OK', meta[2], meta[3]}
