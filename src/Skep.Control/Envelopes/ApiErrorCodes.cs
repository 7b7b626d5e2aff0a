namespace Skep.Control.Envelopes;

/// <summary>Cloudflare's error numbers, as far as clients tell them apart.</summary>
internal static class ApiErrorCodes
{
    public const int PurgeMissing = 1012;
    public const int PurgeInvalidUrl = 1016;
    public const int PurgeTooMany = 1094;
    public const int NoRoute = 7000;
    public const int CouldNotRoute = 7003;
    public const int InvalidToken = 9109;
    public const int NotAllowed = 10000;
    public const int ScriptNotFound = 10007;
    public const int Validation = 10021;
    public const int ScriptTooLarge = 10027;
    public const int InvalidInherit = 10057;
    public const int BadRequest = 10004;
    public const int D1DatabaseMissing = 7404;
    public const int D1Failed = 7500;
    public const int D1NameTaken = 7502;
    public const int D1BindingMissing = 10181;
    public const int TooManyRequests = 10429;
    public const int NotThere = 10501;
    public const int RouteTaken = 10020;
    public const int VersionNotFound = 10092;
    public const int ServiceNotFound = 10143;
    public const int ServiceEnvironmentNotFound = 10144;
    public const int LatestNotDeployed = 10215;
    public const int SecretsChanged = 10220;
    public const int NoVersions = 10222;
    public const int KvKeyMissing = 10009;
    public const int KvNamespaceMissing = 10013;
    public const int KvTitleTaken = 10014;
    public const int KvBindingMissing = 10041;
    public const int TooManySchedules = 10072;
    public const int TooManyTails = 10075;
    public const int InvalidCron = 10100;
    public const int ObjectClassMissing = 10061;
    public const int ObjectClassInUse = 10064;
    public const int MigrationRefused = 10074;
    public const int MigrationTag = 10079;
    public const int MigrationInVersion = 10211;
    public const int ObjectNamespaceMissing = 10066;
    public const int Internal = 10013;
    public const int InvalidAssetFile = 100324;
}
