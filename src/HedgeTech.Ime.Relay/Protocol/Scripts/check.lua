-- Tries every command of the other scripts on a key of its own, and the channel in a way that changes nothing. Redis has checked the keys before it runs a script.
-- Returns what the user may not do, or an empty string.
-- KEYS: 1 stream, 2 newest messages, 3 leader, 4 meta, 5 trim points, 6 a key that nobody else uses
-- ARGV: 1 channel
local function isForbidden(...)
  local answer = redis.pcall(...)
  return type(answer) == 'table' and answer.err and (string.find(answer.err, "The user executing the script can't", 1, true) or string.find(answer.err, 'NOPERM', 1, true))
end
local key = KEYS[6]
local commands = {
  {'TIME'}, {'DEL', key},
  {'SET', key, '1', 'PX', '1000'}, {'GET', key}, {'DEL', key},
  {'HSET', key, 'a', '1'}, {'HMGET', key, 'a'}, {'DEL', key},
  {'XADD', key, '1-1', 'a', '1'}, {'XRANGE', key, '-', '+', 'COUNT', '1'}, {'XTRIM', key, 'MINID', '0'}, {'DEL', key},
  {'RPUSH', key, '1'}, {'LLEN', key}, {'LPOP', key}, {'DEL', key},
}
local missing, names = {}, {}
for _, command in ipairs(commands) do
  if not names[command[1]] and isForbidden(unpack(command)) then
    names[command[1]] = true
    table.insert(names, command[1])
  end
end
if #names > 0 then table.insert(missing, 'run the command' .. (#names > 1 and 's ' or ' ') .. table.concat(names, ', ')) end
if isForbidden('SPUBLISH', ARGV[1], '') then table.insert(missing, 'publish to the channel ' .. ARGV[1]) end
if #missing > 0 then return table.concat(missing, ' or ') end
-- An error of the type if something else uses a key.
redis.call('XTRIM', KEYS[1], 'MINID', '0')
redis.call('HMGET', KEYS[2], 'a')
redis.call('GET', KEYS[3])
redis.call('HMGET', KEYS[4], 'format')
redis.call('LLEN', KEYS[5])
return ''
