using System.Net;
using System.Text.RegularExpressions;
using Skep.Abstractions.Catalog;
using Skep.Abstractions.R2;
using Skep.Control.Envelopes;

namespace Skep.Control.Objects;

/// <summary>How an R2 bucket comes into being, whoever calls for it.</summary>
internal static partial class BucketCreation
{
    /// <summary>Makes a bucket; false when its name is taken.</summary>
    /// <exception cref="ApiException">It cannot be a bucket's name.</exception>
    public static async Task<bool> CreateAsync(R2Services r2, R2BucketEntry created, AuditEntry audit)
    {
        if (!ValidName().IsMatch(created.Name))
        {
            throw new ApiException(HttpStatusCode.BadRequest, new ApiError(
                ApiErrorCodes.R2InvalidBucketName,
                $"The bucket name \"{created.Name}\" is invalid. Bucket names have 3 to 63 lower-case letters, digits and hyphens, and begin and end with a letter or digit."));
        }

        // First the folder: whatever is in the catalog can be written to.
        await r2.Store.CreateBucketAsync(created.Name);
        if (!await r2.Buckets.AddBucketAsync(created, audit)) return false;
        if (created.StorageClass != R2StorageClasses.Standard) await r2.Store.SetStorageClassAsync(created.Name, created.StorageClass);
        return true;
    }

    // https://developers.cloudflare.com/r2/buckets/create-buckets/
    [GeneratedRegex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", RegexOptions.None, 1000)]
    private static partial Regex ValidName();
}
