using System.Net.WebSockets;
using HedgeTech.Ime.Streaming.Supervision;

namespace HedgeTech.Ime.Tests.Streaming;

/// <content>What may happen at each step.</content>
internal sealed partial class FeedLife
{
    private void Happen(int choice)
    {
        if (choice < 45)
        {
            for (int i = Random.Next(1, 6); i > 0; i--)
            {
                Server.Publish(Server.Contracts[Random.Next(Server.Contracts.Length)], Now);
            }
        }
        else if (choice < 75)
        {
            AnySlot()?.Read(Random.Next(1, 12));
        }
        else if (choice < 85)
        {
            Consume(Random.Next(1, 30));
        }
        else if (choice < 85 + _trouble)
        {
            Fail(Random.Next(100));
        }
        else if (choice == 98)
        {
            _slots.ForEach(static slot => slot.Hurry());
        }
        else if (choice == 99)
        {
            Update();
        }
    }

    private void Fail(int choice)
    {
        if (choice < 65)
        {
            WebSocketCloseStatus? status = Random.Next(6) switch { 0 => WebSocketCloseStatus.PolicyViolation, 1 => WebSocketCloseStatus.NormalClosure, _ => null };
            AnySlot()?.Drop(Random.Next(2) == 0, losesUnread: Random.Next(3) == 0, status);
        }
        else if (choice < 72 && _canMute)
        {
            AnySlot()?.Mute();
        }
        else if (choice < 75)
        {
            SetClock();
        }
        else if (choice < 95)
        {
            _regime = (FeedLifeFailure)Random.Next(5);
            _regimeEnds = Now.AddMilliseconds(Random.Next(50, _regime == FeedLifeFailure.Refused && Random.Next(2) == 0 ? 60_000 : 4000));
        }
        else
        {
            // A restart: everything is cut at once.
            _slots.ForEach(slot => slot.Drop(false, losesUnread: Random.Next(2) == 0, null));
        }
    }

    private void Update()
    {
        if (_update is not null)
        {
            Report().AbandonUpdate(new OperationCanceledException());
            EndUpdate();
            return;
        }

        HashSet<ContractKey> wanted = [.. Server.Contracts.Where(_ => Random.Next(3) > 0)];
        if (wanted.Count == 0)
        {
            return;
        }

        List<Shard> old = [.. Heart.Shards.Where(shard => !shard.Contracts.All(wanted.Contains) || Random.Next(3) == 0)];
        HashSet<ContractKey> untouched = [.. Heart.Shards.Except(old).SelectMany(static shard => shard.Contracts)];
        ContractKey[] pool = [.. wanted.Where(contract => !untouched.Contains(contract))];
        if (pool.Length > 0 && Random.Next(5) == 0)
        {
            _refusedContracts = [pool[Random.Next(pool.Length)]];
        }

        Note($"update {string.Join(' ', old.Select(static shard => shard.Contracts))} -> {string.Join(' ', pool)}");
        _update = Report().BeginUpdate(new ContractSet(wanted), old, pool.Length == 0 ? [] : Parts(pool));
        _update.New.ForEach(Run);
    }

    /// <summary>A decided update has its consequences.</summary>
    private void EndUpdate()
    {
        if (_update is not { Decided.IsCompleted: true } update)
        {
            return;
        }

        _update = null;
        _refusedContracts = [];
        Note($"update decided: {update.Decided.Status}");
        FeedLifeConsumer.Require(update.Decided.IsFaulted || update.New.TrueForAll(Heart.Shards.Contains), "what was decided is done");
        if (update.Decided.IsCompletedSuccessfully)
        {
            _consumer.Removed(_streamed.Except(update.Contracts));
            _consumer.Added(update.Contracts.Except(_streamed));
            _streamed = [.. update.Contracts];
        }
        else
        {
            _ = update.Decided.Exception;

            // By their contracts, as an old shard may have been split since.
            FeedLifeConsumer.Require(
                update.Old.SelectMany(static old => old.Contracts).All(contract => Heart.Shards.Any(shard => shard.Contracts.Contains(contract))),
                "what is refused leaves the old lines");
        }
    }
}
