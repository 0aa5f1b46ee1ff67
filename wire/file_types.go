package wire

// UploadMetadata is where and how a file is uploaded; times as Time writes them.
//
// doc: API_UploadMetadata
type UploadMetadata struct {
	Url              string
	UrlExpiry        string
	HeadersToInclude map[string]string
}

// The operations of participants.
type (
	StartAttachmentUploadRequest struct {
		ContentType           string
		AttachmentSizeInBytes int64
		AttachmentName        string
		ClientToken           string
		ConnectionToken       string
	}
	StartAttachmentUploadResponse struct {
		AttachmentId   string
		UploadMetadata UploadMetadata
	}
	CompleteAttachmentUploadRequest struct {
		AttachmentIds   []string
		ClientToken     string
		ConnectionToken string
	}
	GetAttachmentRequest struct {
		AttachmentId       string
		UrlExpiryInSeconds int
		ConnectionToken    string
	}
	GetAttachmentResponse struct {
		Url                   string
		UrlExpiry             string
		AttachmentSizeInBytes int64
	}
)

// Values of FileStatus.
const (
	FileApproved   = "APPROVED"
	FileRejected   = "REJECTED"
	FileProcessing = "PROCESSING"
	FileFailed     = "FAILED"
)

// CreatedBy is who has added a file.
type CreatedBy struct {
	ConnectUserArn string `json:",omitempty"`
	AWSIdentityArn string `json:",omitempty"`
}

// AttachedFile is what is known of a file.
//
// doc: API_AttachedFile
type AttachedFile struct {
	CreationTime          string
	FileArn               string
	FileId                string
	FileName              string
	FileSizeInBytes       int64
	FileStatus            string
	CreatedBy             *CreatedBy        `json:",omitempty"`
	FileUseCaseType       string            `json:",omitempty"`
	AssociatedResourceArn string            `json:",omitempty"`
	Tags                  map[string]string `json:",omitempty"`
}

// The operations of the Connect API.
type (
	StartAttachedFileUploadRequest struct {
		InstanceId            string
		ClientToken           string
		FileName              string
		FileSizeInBytes       int64
		UrlExpiryInSeconds    int
		FileUseCaseType       string
		AssociatedResourceArn string
		CreatedBy             *CreatedBy
		Tags                  map[string]string
	}
	StartAttachedFileUploadResponse struct {
		FileArn           string
		FileId            string
		CreationTime      string
		FileStatus        string
		CreatedBy         *CreatedBy `json:",omitempty"`
		UploadUrlMetadata UploadMetadata
	}
	// AttachedFileRequest is that of the operations on one file.
	AttachedFileRequest struct {
		InstanceId            string
		FileId                string
		AssociatedResourceArn string
		UrlExpiryInSeconds    int `json:",omitempty"` // of GetAttachedFile alone
	}
	DownloadUrlMetadata struct {
		Url       string
		UrlExpiry string
	}
	GetAttachedFileResponse struct {
		AttachedFile
		DownloadUrlMetadata *DownloadUrlMetadata `json:",omitempty"`
	}
	BatchGetAttachedFileMetadataRequest struct {
		InstanceId            string
		FileIds               []string
		AssociatedResourceArn string
	}
	AttachedFileError struct {
		ErrorCode    string
		ErrorMessage string
		FileId       string
	}
	BatchGetAttachedFileMetadataResponse struct {
		Files  []AttachedFile
		Errors []AttachedFileError
	}
)

// AllowedExtension is that of files that may be attached.
type AllowedExtension struct{ Extension string }

// ExtensionConfiguration is all of them.
type ExtensionConfiguration struct{ AllowedExtensions []AllowedExtension }

// AttachedFilesConfiguration says which files may be attached.
//
// doc: API_AttachedFilesConfiguration
type AttachedFilesConfiguration struct {
	InstanceId              string
	AttachmentScope         string
	MaximumSizeLimitInBytes int64
	ExtensionConfiguration  *ExtensionConfiguration
	LastModifiedTime        Epoch `json:",omitzero"`
}

type (
	AttachedFilesConfigurationRequest struct {
		InstanceId              string
		AttachmentScope         string
		MaximumSizeLimitInBytes int64                   `json:",omitempty"`
		ExtensionConfiguration  *ExtensionConfiguration `json:",omitempty"`
	}
	DescribeAttachedFilesConfigurationResponse struct {
		AttachedFilesConfiguration AttachedFilesConfiguration
	}
)
