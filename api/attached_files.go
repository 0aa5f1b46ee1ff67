package api

import (
	"cmp"
	"errors"
	"slices"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/wire"
)

// associated finds the chat whose contact a request names as what a file belongs to.
func (c *call) associated(instance, arn string) (*perch.Session, perch.ContactID, error) {
	if err := c.of(instance); err != nil {
		return nil, "", err
	}
	id := perch.ContactID(wire.ResourceID(arn))
	if arn != c.opts.ARNs.Contact(c.instance, id) {
		return nil, "", &perch.Error{Kind: perch.NotFound, Field: "AssociatedResourceArn", Message: "there is no such contact"}
	}
	s, err := c.contact(instance, string(id))
	return s, id, err
}

// file finds a file by its id and by the contact that it belongs to.
func (c *call) file(in wire.AttachedFileRequest) (perch.File, error) {
	s, contact, err := c.associated(in.InstanceId, in.AssociatedResourceArn)
	if err != nil {
		return perch.File{}, err
	}
	f, err := c.opts.Chats.File(c.Context(), perch.FileID(in.FileId))
	if err == nil && (f.Session != s.ID || f.Contact != contact || f.State == perch.FileDeleted) {
		err = perch.Errorf(perch.NotFound, "there is no such file")
	}
	return f, err
}

func startAttachedFileUpload(c *call, in wire.StartAttachedFileUploadRequest) (out wire.StartAttachedFileUploadResponse, err error) {
	s, contact, err := c.associated(in.InstanceId, in.AssociatedResourceArn)
	if perch.KindOf(err) == perch.NotFound && err != nil { // which this operation does not declare
		err = perch.Errorf(perch.Refused, "%v", err)
	}
	if err != nil {
		return out, err
	}
	if in.FileUseCaseType != "ATTACHMENT" {
		return out, refusedField("FileUseCaseType", "must be ATTACHMENT")
	}
	f := perch.File{Contact: contact, Name: in.FileName, Size: in.FileSizeInBytes,
		UseCase: in.FileUseCaseType, Tags: in.Tags}
	if in.CreatedBy != nil {
		f.CreatedBy = in.CreatedBy.ConnectUserArn
	}
	if c.user != nil { // nobody speaks for another
		f.CreatedBy = c.opts.ARNs.Agent(c.instance, c.user.ID)
	}
	f, err = c.opts.Files.Start(c.Context(), s, f, in.ClientToken)
	if err != nil {
		return out, fieldsOfFile(err)
	}
	out = wire.StartAttachedFileUploadResponse{FileArn: c.opts.ARNs.File(c.instance, f.ID), FileId: string(f.ID), CreationTime: wire.Time(f.Created),
		FileStatus: fileStatus(f.State), CreatedBy: createdBy(f)}
	within := time.Duration(cmp.Or(in.UrlExpiryInSeconds, defaultURLSeconds)) * time.Second
	out.UploadUrlMetadata, err = c.upload(f, contact, f.Created.Add(within))
	return out, err
}

// fieldsOfFile names a field as this API does: the rooms below know it by the name
// that it has where participants attach files.
func fieldsOfFile(err error) error {
	e, ok := errors.AsType[*perch.Error](err)
	if !ok {
		return err
	}
	names := map[string]string{"AttachmentName": "FileName", "AttachmentSizeInBytes": "FileSizeInBytes"}
	named := *e
	named.Field = cmp.Or(names[e.Field], e.Field)
	return &named
}

func completeAttachedFileUpload(c *call, in wire.AttachedFileRequest) (nothing, error) {
	f, err := c.file(in)
	if err == nil && f.Participant != "" {
		err = perch.Errorf(perch.NotFound, "there is no such file")
	}
	if err != nil {
		return nothing{}, err
	}
	return nothing{}, c.opts.Files.Complete(c.Context(), f)
}

func getAttachedFile(c *call, in wire.AttachedFileRequest) (out wire.GetAttachedFileResponse, err error) {
	f, err := c.file(in)
	if err != nil {
		return out, err
	}
	out.AttachedFile = c.attachedFile(f)
	if f.State != perch.FileApproved {
		return out, nil
	}
	out.DownloadUrlMetadata = &wire.DownloadUrlMetadata{}
	out.DownloadUrlMetadata.Url, out.DownloadUrlMetadata.UrlExpiry, err = c.download(f, in.UrlExpiryInSeconds)
	return out, err
}

func batchGetAttachedFileMetadata(c *call, in wire.BatchGetAttachedFileMetadataRequest) (wire.BatchGetAttachedFileMetadataResponse, error) {
	out := wire.BatchGetAttachedFileMetadataResponse{Files: []wire.AttachedFile{}, Errors: []wire.AttachedFileError{}}
	s, contact, err := c.associated(in.InstanceId, in.AssociatedResourceArn)
	if err != nil {
		return out, err
	}
	all, err := c.opts.Chats.Files(c.Context(), s.ID)
	for _, id := range in.FileIds {
		i := slices.IndexFunc(all, func(f perch.File) bool {
			return string(f.ID) == id && f.Contact == contact && f.State != perch.FileDeleted
		})
		if i < 0 {
			out.Errors = append(out.Errors, wire.AttachedFileError{ErrorCode: wire.ResourceNotFound, ErrorMessage: "there is no such file", FileId: id})
			continue
		}
		out.Files = append(out.Files, c.attachedFile(all[i]))
	}
	return out, err
}

func deleteAttachedFile(c *call, in wire.AttachedFileRequest) (nothing, error) {
	f, err := c.file(in)
	if err != nil {
		return nothing{}, err
	}
	return nothing{}, c.opts.Files.Delete(c.Context(), f)
}

func (c *call) attachedFile(f perch.File) wire.AttachedFile {
	return wire.AttachedFile{CreationTime: wire.Time(f.Created), FileArn: c.opts.ARNs.File(c.instance, f.ID), FileId: string(f.ID), FileName: f.Name,
		FileSizeInBytes: f.Size, FileStatus: fileStatus(f.State), CreatedBy: createdBy(f), FileUseCaseType: f.UseCase,
		AssociatedResourceArn: c.opts.ARNs.Contact(c.instance, f.Contact), Tags: f.Tags}
}

func createdBy(f perch.File) *wire.CreatedBy {
	if f.CreatedBy == "" {
		return nil
	}
	return &wire.CreatedBy{ConnectUserArn: f.CreatedBy}
}

func fileStatus(s perch.FileState) string {
	switch s {
	case perch.FileApproved:
		return wire.FileApproved
	case perch.FileRejected, perch.FileDeleted:
		return wire.FileRejected
	case perch.FileFailed:
		return wire.FileFailed
	}
	return wire.FileProcessing
}

func filesConfiguration(c *call, a catalog.AttachedFiles) wire.AttachedFilesConfiguration {
	out := wire.AttachedFilesConfiguration{InstanceId: string(c.instance), AttachmentScope: a.Scope, MaximumSizeLimitInBytes: a.MaxSize,
		ExtensionConfiguration: &wire.ExtensionConfiguration{AllowedExtensions: []wire.AllowedExtension{}}, LastModifiedTime: wire.Epoch(a.Changed)}
	for _, e := range a.Extensions {
		out.ExtensionConfiguration.AllowedExtensions = append(out.ExtensionConfiguration.AllowedExtensions, wire.AllowedExtension{Extension: e})
	}
	return out
}

func describeAttachedFilesConfiguration(c *call, in wire.AttachedFilesConfigurationRequest) (out wire.DescribeAttachedFilesConfigurationResponse, err error) {
	if err := c.of(in.InstanceId); err != nil {
		return out, err
	}
	a, err := c.opts.Settings.AttachedFiles(c.Context(), c.instance, in.AttachmentScope)
	out.AttachedFilesConfiguration = filesConfiguration(c, a)
	return out, err
}

func updateAttachedFilesConfiguration(c *call, in wire.AttachedFilesConfigurationRequest) (out wire.AttachedFilesConfiguration, err error) {
	if err := c.of(in.InstanceId); err != nil {
		return out, err
	}
	change := catalog.AttachedFiles{Scope: in.AttachmentScope, MaxSize: in.MaximumSizeLimitInBytes, Changed: c.opts.Now().UTC()}
	if in.ExtensionConfiguration != nil {
		change.Extensions = []string{}
		for _, e := range in.ExtensionConfiguration.AllowedExtensions {
			change.Extensions = append(change.Extensions, e.Extension)
		}
	}
	a, err := c.opts.Settings.PutAttachedFiles(c.Context(), c.instance, change)
	return filesConfiguration(c, a), err
}
