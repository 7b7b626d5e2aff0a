using Microsoft.AspNetCore.Http;
using Skep.Abstractions.Catalog;
using Skep.Abstractions.R2;
using Skep.Control.Envelopes;
using Skep.Control.Objects;

namespace Skep.Control.S3;

/// <summary>Calls about buckets.</summary>
internal sealed class S3Buckets(R2Services r2, ControlOptions options, TimeProvider time)
{
    public async Task ListAsync(S3Request request)
    {
        var buckets = await r2.Buckets.ListBucketsAsync();
        await S3Xml.WriteAsync(request.Http, "ListAllMyBucketsResult", xml =>
        {
            xml.Element("Owner", () =>
            {
                xml.Element("ID", options.AccountId);
                xml.Element("DisplayName", options.AccountName);
            });
            xml.Element("Buckets", () =>
            {
                foreach (var bucket in buckets)
                {
                    xml.Element("Bucket", () =>
                    {
                        xml.Element("Name", bucket.Name);
                        xml.Time("CreationDate", bucket.CreatedOn.ToUnixTimeMilliseconds());
                    });
                }
            });
        });
    }

    public async Task CreateAsync(S3Request request)
    {
        // What it says of regions changes nothing here, but it must be what was signed.
        _ = await S3Payload.ReadAsync(request, S3Xml.LongestBody);
        var created = new R2BucketEntry(request.Bucket, ApiTime.Now(time), R2StorageClasses.Standard);
        try
        {
            if (!await BucketCreation.CreateAsync(r2, created, Audit(request, "r2.create")))
                throw new S3Exception(409, "BucketAlreadyOwnedByYou", "The bucket you tried to create already exists, and you own it.");
        }
        catch (ApiException invalid)
        {
            throw new S3Exception(400, "InvalidBucketName", invalid.Message);
        }

        request.Http.Response.Headers.Location = "/" + request.Bucket;
    }

    public async Task HeadAsync(S3Request request)
    {
        await FindAsync(request);
        request.Http.Response.Headers["x-amz-bucket-region"] = "auto";
    }

    public async Task DeleteAsync(S3Request request)
    {
        await FindAsync(request);
        await r2.Store.DropBucketAsync(request.Bucket);
        await r2.Buckets.RemoveBucketAsync(request.Bucket, Audit(request, "r2.delete"));
        request.Http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    public async Task LocationAsync(S3Request request)
    {
        await FindAsync(request);
        await S3Xml.WriteAsync(request.Http, "LocationConstraint", static xml => xml.WriteString("auto"));
    }

    public async Task VersioningAsync(S3Request request)
    {
        await FindAsync(request);
        await S3Xml.WriteAsync(request.Http, "VersioningConfiguration", static _ => { });
    }

    /// <summary>The uploads in parts that are under way.</summary>
    public async Task ListUploadsAsync(S3Request request)
    {
        await FindAsync(request);
        var (prefix, most) = (request.Find("prefix") ?? "", request.Number("max-uploads", R2Rules.MaxListKeys, R2Rules.MaxListKeys));
        var (afterKey, afterId) = (request.Find("key-marker") ?? "", request.Find("upload-id-marker"));
        // Without an id: after all uploads of the key.
        var found = await r2.Store.ListUploadsAsync(request.Bucket, prefix, afterKey, afterId ?? (afterKey.Length > 0 ? "\uffff" : ""), most + 1, request.Cancellation);
        var page = found.Take(most).ToList();
        await S3Xml.WriteAsync(request.Http, "ListMultipartUploadsResult", xml =>
        {
            xml.Element("Bucket", request.Bucket);
            xml.Element("KeyMarker", afterKey);
            xml.Element("UploadIdMarker", afterId ?? "");
            xml.Element("Prefix", prefix);
            xml.Element("MaxUploads", most);
            xml.Element("IsTruncated", found.Count > most);
            if (found.Count > most && page.Count > 0)
            {
                xml.Element("NextKeyMarker", page[^1].Key);
                xml.Element("NextUploadIdMarker", page[^1].Id);
            }

            foreach (var upload in page)
            {
                xml.Element("Upload", () =>
                {
                    xml.Element("Key", upload.Key);
                    xml.Element("UploadId", upload.Id);
                    xml.Time("Initiated", upload.Initiated);
                    xml.Element("StorageClass", S3Metadata.ClassOf(upload.StorageClass));
                });
            }
        });
    }

    /// <summary>The bucket of the call.</summary>
    /// <exception cref="S3Exception">There is none.</exception>
    public async Task<R2BucketEntry> FindAsync(S3Request request) => await r2.Buckets.FindBucketAsync(request.Bucket) ?? throw S3Exception.NoBucket();

    private AuditEntry Audit(S3Request request, string action) => new(ApiTime.Now(time), request.Token!.Name, action, request.Bucket, "S3");
}
