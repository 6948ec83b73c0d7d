// The token of this tab. Nobody is asked for one before the service has asked for it.

const tokenKey = "pseudolabel.token";
const storedToken = () => sessionStorage.getItem(tokenKey);

/** The question that is open now: requests that need its answer share it. */
let question = null;

/** Asks for a token. @param why what the dialog says. @returns whether one was given. */
function askForToken(why) {
  const dialog = $("token-dialog");
  $("token-why").textContent = why;
  $("token-button").hidden = false;
  question ??= new Promise(resolve => {
    dialog.addEventListener("close", () => {
      const given = dialog.returnValue === "use" && $("token").value.trim();
      if (given) sessionStorage.setItem(tokenKey, given);
      $("token").value = "";
      question = null;
      resolve(Boolean(given));
    }, {once: true});
    dialog.returnValue = "";
    dialog.showModal();
  });
  return question;
}

/**
 * After an answer 401. A token that was sent is a wrong one (RFC 6750 section 3.1), and is forgotten.
 * @param sent the request's token. @returns whether there is another one now.
 */
async function replaceToken(sent, answer) {
  // Another request's question has been answered meanwhile.
  if (storedToken() && storedToken() !== sent) return true;
  const isWrong = answer.headers.get("WWW-Authenticate")?.includes("invalid_token");
  if (isWrong) sessionStorage.removeItem(tokenKey);
  return askForToken(isWrong
    ? "The service does not know this token: it is mistyped, or has been revoked. Try another one."
    : "This service asks for a token.");
}

$("token-button").hidden = !storedToken();
$("token-button").addEventListener("click", guarded(async () => {
  if (await askForToken("Another token takes the place of the one in use.")) await loadModel();
}));
