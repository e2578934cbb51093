// The service, as the page calls it. What goes wrong is always a problem document.

/** The JSON of a call. Throws a problem: {title, detail, errors?, request_id?}. */
async function call(path, options) {
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    throw { title: "The service cannot be reached", detail: "Check that it is running, then try again." };
  }
  let body;
  try {
    body = await response.json();
  } catch {
    throw { title: "The answer cannot be read", detail: `Status ${response.status}. Something between this page and the service may have answered.` };
  }
  if (!response.ok) throw body;
  return body;
}

export const policy = () => call("v1/policy");
export const model = () => call("v1/model");
export const score = (request) =>
  call("v1/score", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(request) });
