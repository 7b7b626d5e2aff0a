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
    public const int WorkflowNotFound = 10200;
    public const int WorkflowInstanceNotFound = 10201;
    public const int WorkflowInstanceExists = 10202;
    public const int LatestNotDeployed = 10215;
    public const int SecretsChanged = 10220;
    public const int NoVersions = 10222;
    public const int KvKeyMissing = 10009;
    public const int KvNamespaceMissing = 10013;
    public const int KvTitleTaken = 10014;
    public const int KvBindingMissing = 10041;
    public const int R2BucketTaken = 10004;
    public const int R2InvalidBucketName = 10005;
    public const int R2NoSuchBucket = 10006;
    public const int R2NoCors = 10059;
    public const int R2BindingMissing = 10085;
    public const int ScriptInUse = 10064;
    public const int TooManySchedules = 10072;
    public const int TooManyTails = 10075;
    public const int InvalidCron = 10100;
    public const int Internal = 10013;
    public const int QueueMissing = 11000;
    public const int QueueInvalid = 11003;
    public const int QueueConsumerTaken = 11004;
    public const int QueueNameTaken = 11009;
    public const int QueueConsumerMissing = 11012;
    public const int HyperdriveMissing = 2001;
    public const int HyperdriveNameTaken = 2017;
    public const int DispatchNamespaceNotFound = 100119;
    public const int DispatchNamespaceTaken = 100120;
    public const int InvalidAssetFile = 100324;
}
