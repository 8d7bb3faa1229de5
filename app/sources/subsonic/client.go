package subsonic

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"

	"github.com/tidwall/gjson"

	"catalogsync/app/httpclient"
	"catalogsync/models"
)

const (
	clientName = "catalogsync"
	// apiVersion is the version that the calls are written for; servers of both sides of it answer.
	apiVersion = "1.16.1"
)

// ask calls a method and gives the envelope of its answer. What the server can do is
// learned before the first call of the process.
func (s *Source) ask(ctx context.Context, method string, params url.Values) (gjson.Result, error) {
	can, err := s.server.abilities(ctx, s.learn)
	if err != nil {
		return gjson.Result{}, err
	}
	return s.call(ctx, method, params, can.formPost)
}

// call calls a method, by as many ways of logging in as may be tried.
func (s *Source) call(ctx context.Context, method string, params url.Values, post bool) (gjson.Result, error) {
	for {
		p, err := s.login.proof()
		if err != nil {
			return gjson.Result{}, err
		}
		root, err := s.send(ctx, method, params, p, post)
		if err == nil {
			return root, nil
		}
		again, err := s.login.settle(p, err)
		if !again {
			return gjson.Result{}, err
		}
	}
}

// send sends one call. As a form the login stays out of the server's log of addresses.
func (s *Source) send(ctx context.Context, method string, params url.Values, p proof, post bool) (gjson.Result, error) {
	all := s.signed(params, p)
	r := httpclient.Request{
		Endpoint: method, URL: s.address(method).String(), Classify: judge,
		AllowHTML:  true, // judge tells the API's XML from web pages
		NoRedirect: true, // the login must not follow one
	}
	if post {
		r.Form = all
	} else {
		r.Query = all
	}
	resp, err := s.http.Do(ctx, r)
	if err != nil {
		return gjson.Result{}, withoutSecrets(err, p)
	}
	if isRedirect(resp.Status) {
		return gjson.Result{}, s.moved(method, resp.Header.Get("Location"))
	}
	return envelope(resp.Body), nil
}

// signed is params with the login and what goes with every call.
func (s *Source) signed(params url.Values, p proof) url.Values {
	all := url.Values{"v": {apiVersion}, "c": {clientName}, "f": {"json"}}
	maps.Copy(all, params)
	maps.Copy(all, p.params)
	return all
}

// address is that of a method; servers of before the extensions know it with .view only.
func (s *Source) address(method string) *url.URL { return s.base.JoinPath("rest", method+".view") }

// withoutSecrets is err with the login taken out of what the server sent back.
func withoutSecrets(err error, p proof) error {
	if e, ok := errors.AsType[*models.Error](err); ok {
		e.Excerpt = p.redact(e.Excerpt)
	}
	return err
}

// moved is the error of a redirect, without the login that its address may repeat.
func (s *Source) moved(method, location string) error {
	e := models.NewError(models.ClassPermanent, models.CodeUpstreamStatus, "the server redirects; set its final address in the settings")
	if target, err := s.address(method).Parse(location); err == nil && target.Host != "" && location != "" {
		e.Message = fmt.Sprintf("the server redirects to %s://%s; set the address there, if that is your server",
			target.Scheme, httpclient.Excerpt(target.Host))
	}
	e.Source, e.Endpoint = s.name, method
	return e
}

// unreadable is the error of an answer of a good envelope with something else in it.
func (s *Source) unreadable(method string, part gjson.Result, why string) error {
	e := shapeError(why)
	e.Source, e.Endpoint, e.Excerpt = s.name, method, httpclient.Excerpt(part.Raw[:min(len(part.Raw), excerptBytes)])
	return e
}

// excerptBytes are more than enough for an excerpt.
const excerptBytes = 2000

// failedCode is the server's error code behind err, ok=false when it told none.
func failedCode(err error) (code int64, ok bool) {
	failure, ok := errors.AsType[*serverError](err)
	if !ok {
		return 0, false
	}
	return failure.code, true
}

// notThere says that the server does not have what was asked for.
func notThere(err error) bool { return models.ClassOf(err) == models.ClassNotFound }
