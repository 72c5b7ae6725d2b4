namespace HedgeTech.Ime.Market;

/// <summary>The order of contracts by their codes. It reads the code of each contract again at each comparison, which is quick enough for lists on a screen.</summary>
internal sealed class ContractCodeOrder : IComparer<ContractKey>
{
    public int Compare(ContractKey x, ContractKey y)
    {
        bool isFirst = ContractCode.TryParse(x, out ContractCode? first);
        bool isSecond = ContractCode.TryParse(y, out ContractCode? second);
        int order = isFirst && isSecond ? Compare(first!, second!) : isSecond.CompareTo(isFirst);
        if (order == 0)
        {
            order = x.Kind.CompareTo(y.Kind);
        }

        return order != 0 ? order : string.CompareOrdinal(x.Value, y.Value);
    }

    private static int Compare(ContractCode first, ContractCode second)
    {
        int order = string.CompareOrdinal(first.Commodity, second.Commodity);
        return order != 0 ? order : (first.Delivery, first.Kind, first.StrikeNumber ?? 0, first.Series).CompareTo((second.Delivery, second.Kind, second.StrikeNumber ?? 0, second.Series));
    }
}
