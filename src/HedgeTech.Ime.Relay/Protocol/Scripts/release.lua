-- Gives the lease back, if the caller still holds it, so that a standby need not wait until it runs out.
-- KEYS: 1 stream, 2 newest messages, 3 leader, 4 meta, 5 trim points
-- ARGV: 1 term
if redis.call('GET', KEYS[3]) ~= ARGV[1] then return {'LOST', '0', '0'} end
redis.call('DEL', KEYS[3])
return {'OK', '0', '0'}
