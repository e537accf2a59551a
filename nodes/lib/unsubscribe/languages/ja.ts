import type { PageTexts } from '../page-texts.ts';

export const ja: PageTexts = {
  lang: 'ja',
  dir: 'ltr',
  askTitle: '配信停止',
  askAll: '{organisation} から {address} へのメールをすべて停止しますか？',
  askLists: '{organisation} から {address} へのメールのうち、停止するものを選んでください。',
  allMail: '{organisation} からのすべてのメール',
  allMailHint: 'すべての配信リストのほか、その他のメールも停止します。',
  leave: '配信を停止する',
  nothingTicked: '停止するものにチェックを入れてください。',
  pressAgain: 'まだ何も変更されていません。もう一度ボタンを押してください。',
  doneTitle: '配信を停止しました',
  doneAll: '{organisation} から {address} へのメールは、今後送信されません。',
  doneLists: '{organisation} から {address} への次のメールは、今後送信されません。',
  mistake: '誤って停止した場合は、元に戻すことができます。',
  undo: '元に戻す',
  more: 'ほかの配信も停止する',
  undoneTitle: '元に戻しました',
  undone: '{address} には、これまでどおり {organisation} からのメールが届きます。',
  notUndoneTitle: 'ここでは元に戻せません',
  notUndone:
    '元に戻せるのは停止後1時間以内で、直前に停止した配信に限ります。再びメールを受け取るには、{organisation} へお問い合わせください。',
  wantAgain: '再び受け取りたい場合は、確認メールをお送りします。',
  sendConfirmation: '確認メールを送る',
  confirmationTitle: 'メールボックスをご確認ください',
  confirmation:
    '{address} への配信が停止されている場合は、確認用リンクを記載したメールをお送りします。送信は1日1通までです。',
  mailSubject: '{organisation} からのメールを再び受け取りますか？',
  mailText:
    '{organisation} からのメールをこのアドレスで再び受け取りたいとのご依頼がありました。ご本人によるご依頼であれば、次のページを開いてボタンを押してください。',
  mailIgnore:
    'リンクの有効期間は1日です。お心当たりがない場合は、何もする必要はありません。配信は停止されたままです。',
  againTitle: '再びメールを受け取りますか？',
  againAll: '{organisation} から {address} へのメールを再開しますか？',
  againLists: '{organisation} から {address} への次のメールを再開しますか？',
  again: 'はい、再び受け取ります',
  againDoneTitle: 'メールの配信を再開しました',
  staleTitle: 'このリンクは無効になりました',
  stale: 'リンクの有効期間は1日です。その後に再び配信を停止された場合も無効になります。',
  invalidTitle: 'このリンクは使用できません',
  invalid:
    'リンクの一部が欠けている可能性があります。メールからリンク全体をコピーするか、送信者に配信停止をご依頼ください。',
  troubleTitle: '処理できませんでした',
  trouble: '数分後にもう一度お試しください。',
  crowdedTitle: 'アクセスが集中しています',
  crowded: '数分後にもう一度お試しください。',
};
