namespace Skep.Abstractions.Assets;

/// <summary>Takes uploads of static assets, for the control plane. What was acknowledged survives the loss of the process. Each script has assets
/// of its own: who may upload to one learns nothing of another's, and changes nothing of it.</summary>
public interface IAssetUploads
{
    /// <summary>Begins an upload. Its files that are stored already are kept from then on until it has expired.</summary>
    /// <returns>The contents that are not stored yet.</returns>
    ValueTask<IReadOnlyList<AssetContent>> BeginAsync(AssetUpload upload);

    /// <summary>The upload that the token belongs to, or null when there is none, or it has expired.</summary>
    /// <param name="tokenHash">SHA-256 of the token.</param>
    /// <param name="completion">True for the token that says all is there, false for the one to upload with.</param>
    ValueTask<AssetUploadState?> FindAsync(ReadOnlyMemory<byte> tokenHash, bool completion);

    /// <summary>Begins to store some of an upload's contents.</summary>
    IAssetBatch Store(AssetUploadState upload);

    /// <summary>A file of the upload that has that content, or null.</summary>
    ValueTask<AssetUploadFile?> FindFileAsync(AssetUploadState upload, string hash);

    /// <summary>All files of the upload with their types; null when the content of one is not stored.</summary>
    ValueTask<IReadOnlyDictionary<string, AssetEntry>?> CompleteAsync(AssetUploadState upload);

    /// <summary>True when the content of every file is stored.</summary>
    ValueTask<bool> IsCompleteAsync(AssetUploadState upload);

    /// <summary>The scripts that have assets.</summary>
    ValueTask<IReadOnlyList<string>> ListScriptsAsync();

    /// <summary>Deletes those assets of the script that nothing needs: not <paramref name="used"/>, and of no upload under way.</summary>
    /// <returns>How many.</returns>
    ValueTask<int> CollectAsync(string script, IReadOnlySet<string> used);
}

/// <summary>A part of an upload. What was written is there when it has been committed, and gone when it has not.</summary>
public interface IAssetBatch : IDisposable
{
    /// <summary>Reads the content to its end and verifies it.</summary>
    /// <param name="file">What it must be.</param>
    /// <param name="contentType">What to serve it as, or null.</param>
    /// <param name="content">The bytes.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="InvalidDataException">It is not what its hash and size say.</exception>
    ValueTask WriteAsync(AssetUploadFile file, string? contentType, Stream content, CancellationToken cancellation);

    /// <summary>From the return of this call on everything that was written survives.</summary>
    ValueTask CommitAsync();
}

/// <summary>An upload as it begins. Tokens are kept as hashes only.</summary>
/// <param name="Script">The script it is for.</param>
/// <param name="UploadToken">SHA-256 of the token to upload with.</param>
/// <param name="CompletionToken">SHA-256 of the token that says all is there.</param>
/// <param name="Expires">When both end.</param>
/// <param name="Files">What it consists of.</param>
public sealed record AssetUpload(
    string Script, ReadOnlyMemory<byte> UploadToken, ReadOnlyMemory<byte> CompletionToken, DateTimeOffset Expires, IReadOnlyCollection<AssetUploadFile> Files);

/// <summary>A file of an upload.</summary>
/// <param name="Path"><c>/</c> and the name as it is, not percent-encoded.</param>
/// <param name="Content">What it must hold.</param>
public readonly record struct AssetUploadFile(string Path, AssetContent Content);

/// <summary>An upload under way.</summary>
/// <param name="Id">Names it to the store.</param>
/// <param name="Script">The script it is for.</param>
public sealed record AssetUploadState(long Id, string Script);
