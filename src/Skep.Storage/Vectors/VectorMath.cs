using System.Numerics;
using System.Runtime.InteropServices;
using Skep.Abstractions.Vectors;

namespace Skep.Storage.Vectors;

/// <summary>Compares vectors, several numbers at a time.</summary>
internal static class VectorMath
{
    public static float Dot(ReadOnlySpan<float> one, ReadOnlySpan<float> other)
    {
        var width = Vector<float>.Count;
        var sums = Vector<float>.Zero;
        var at = 0;
        for (; at <= one.Length - width; at += width) sums += new Vector<float>(one[at..]) * new Vector<float>(other[at..]);
        var sum = Vector.Sum(sums);
        for (; at < one.Length; at++) sum += one[at] * other[at];
        return sum;
    }

    public static float Distance(ReadOnlySpan<float> one, ReadOnlySpan<float> other)
    {
        var width = Vector<float>.Count;
        var sums = Vector<float>.Zero;
        var at = 0;
        for (; at <= one.Length - width; at += width)
        {
            var difference = new Vector<float>(one[at..]) - new Vector<float>(other[at..]);
            sums += difference * difference;
        }

        var sum = Vector.Sum(sums);
        for (; at < one.Length; at++) sum += (one[at] - other[at]) * (one[at] - other[at]);
        return MathF.Sqrt(sum);
    }

    public static float Norm(ReadOnlySpan<float> vector) => MathF.Sqrt(Dot(vector, vector));

    /// <summary>The score of a vector.</summary>
    /// <param name="metric">How they are compared.</param>
    /// <param name="wanted">What is looked for.</param>
    /// <param name="norm">Its norm.</param>
    /// <param name="stored">The vector's numbers.</param>
    /// <param name="storedNorm">The vector's norm.</param>
    public static double Score(VectorMetric metric, ReadOnlySpan<float> wanted, float norm, ReadOnlySpan<byte> stored, double storedNorm)
    {
        var values = MemoryMarshal.Cast<byte, float>(stored);
        return metric switch
        {
            // A vector without a direction is like none.
            VectorMetric.Cosine => norm * storedNorm is > 0 and var product ? Math.Clamp(Dot(wanted, values) / product, -1, 1) : 0,
            VectorMetric.Euclidean => Distance(wanted, values),
            _ => -Dot(wanted, values),
        };
    }

    /// <summary>Whether a larger score is a better one.</summary>
    public static bool IsMoreBetter(VectorMetric metric) => metric == VectorMetric.Cosine;
}
