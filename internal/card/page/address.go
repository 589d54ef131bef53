package page

import (
	"net"
	"net/url"
	"strings"

	"golang.org/x/net/idna"
)

// Address is a link as pages are known by: in ASCII, its scheme and host in
// small letters, without the part behind '#', which never reaches a server. It
// says false of what is no web address, or too long to be kept.
func Address(link string) (string, bool) {
	u, err := url.Parse(strings.TrimSpace(link))
	if err != nil {
		return "", false
	}
	return AddressOf(u)
}

// AddressOf is Address of a link that was read.
func AddressOf(u *url.URL) (string, bool) {
	scheme := strings.ToLower(u.Scheme)
	if scheme != "http" && scheme != "https" || u.User != nil || u.Opaque != "" {
		return "", false
	}
	host, ok := hostOf(u)
	if !ok {
		return "", false
	}
	clean := url.URL{Scheme: scheme, Host: host, Path: u.Path, RawPath: u.RawPath, RawQuery: u.RawQuery}
	if clean.Path == "" {
		clean.Path, clean.RawPath = "/", ""
	}
	s := ascii(clean.String())
	return s, len(s) <= MaxAddress
}

// hostOf is the host in ASCII, with its port where that is not the usual one.
func hostOf(u *url.URL) (string, bool) {
	name := u.Hostname()
	if net.ParseIP(name) == nil {
		var err error
		if name, err = idna.Lookup.ToASCII(name); err != nil || name == "" {
			return "", false
		}
	} else if strings.Contains(name, ":") {
		name = "[" + name + "]"
	}
	switch port := u.Port(); {
	case port == "", port == "80" && strings.EqualFold(u.Scheme, "http"), port == "443" && strings.EqualFold(u.Scheme, "https"):
		return name, true
	default:
		return name + ":" + port, true
	}
}

// ascii escapes what is not ASCII, or not printed; a query may hold it.
func ascii(s string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c >= 0x7f || c == '"' || c == '<' || c == '>' {
			b.WriteString(string([]byte{'%', hex[c>>4], hex[c&15]}))
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// canonical is the address of a page that was fetched at at and says of itself
// that it is known as said. It is believed where only the query differs: who
// writes one page of a site could else speak for all of its pages.
func canonical(at *url.URL, said string) (string, bool) {
	if u := Resolve(at, said); u != nil {
		same := strings.EqualFold(u.Host, at.Host) && strings.TrimSuffix(u.Path, "/") == strings.TrimSuffix(at.Path, "/")
		if same && u.Scheme == at.Scheme {
			if s, ok := AddressOf(u); ok {
				return s, true
			}
		}
	}
	return AddressOf(at)
}

// Resolve is where a link on a page leads, nil if it leads to no web page.
func Resolve(page *url.URL, link string) *url.URL {
	if link = strings.TrimSpace(link); link == "" || len(link) > MaxAddress {
		return nil
	}
	u, err := page.Parse(link)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.User != nil || u.Hostname() == "" {
		return nil
	}
	return u
}
