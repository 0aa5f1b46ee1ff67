package wire

import "encoding/json"

// ListPicker is the Content of an interactive message in which the customer
// picks one of a few options, whose text comes back as a message. subtitle and
// image, an address, may be empty.
//
// doc: interactive-messages.md, List picker template
func ListPicker(title, subtitle, image string, options []string) string {
	type element struct {
		Title string `json:"title"`
	}
	type content struct {
		Title     string    `json:"title"`
		Subtitle  string    `json:"subtitle,omitempty"`
		ImageType string    `json:"imageType,omitempty"`
		ImageData string    `json:"imageData,omitempty"`
		Elements  []element `json:"elements"`
	}
	c := content{Title: title, Subtitle: subtitle}
	if image != "" {
		c.ImageType, c.ImageData = "URL", image
	}
	for _, o := range options {
		c.Elements = append(c.Elements, element{o})
	}
	out, err := json.Marshal(map[string]any{"templateType": "ListPicker", "version": "1.0", "data": map[string]any{"content": c}})
	if err != nil {
		return "" // strings always can be written
	}
	return string(out)
}
