// Converts a row of the server to the values that the page shows. A price of 0 means that there is no price. An unavailable value is already null.

const price = value => value === 0 ? null : value;

export const nameOf = contract => contract.name ?? `id:${contract.id}`;

export function rowOf({ contract, isInterrupted, snapshot }) {
  const { aggregate, bestLimit, allowedPriceRange, contractInfo } = snapshot;
  return {
    contract: nameOf(contract),
    isInterrupted,
    timestamp: snapshot.timestamp,
    receivedAt: snapshot.receivedAt,
    last: snapshot.lastPrice,
    change: snapshot.changeFromPreviousClose,
    low: price(aggregate.lowPrice),
    high: price(aggregate.highPrice),
    previousClose: price(aggregate.previousClose),
    minimum: price(allowedPriceRange.minimum),
    maximum: price(allowedPriceRange.maximum),
    volume: aggregate.totalVolume,
    openInterest: contractInfo.openInterest,
    openInterestChange: contractInfo.openInterestChange,
    depth: bestLimit.map(level => ({ ...level, bidPrice: price(level.bidPrice), askPrice: price(level.askPrice) })),
  };
}
